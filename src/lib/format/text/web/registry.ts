// Enter here: formats of web frameworks and application servers.
import type { Format } from "../../format.js";
import { dotnet } from "./dotnet.js";
import { monolog } from "./monolog.js";
import { morgan } from "./morgan.js";
import { nest } from "./nest.js";
import { php } from "./php.js";
import { rails } from "./rails.js";

export const webFormats: readonly Format[] = [monolog, php, rails, dotnet, nest, morgan];
