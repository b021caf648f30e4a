// Enter here: formats of Go's loggers and frameworks that are neither JSON nor logfmt.
import type { Format } from "../../format.js";
import { gin } from "./gin.js";
import { logrus } from "./logrus.js";
import { zapConsole } from "./zap-console.js";
import { zerolog } from "./zerolog.js";

export const goFormats: readonly Format[] = [gin, logrus, zapConsole, zerolog];
