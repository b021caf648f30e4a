// Enter here: formats of programs on the JVM that are no layout of log4j.
import type { Format } from "../../format.js";
import { glassfish } from "./glassfish.js";
import { javaUtilLogging } from "./java-util-logging.js";
import { javaWrapper } from "./java-wrapper.js";
import { javaXml } from "./java-xml.js";
import { minecraft } from "./minecraft.js";
import { weblogic } from "./weblogic.js";

export const jvmFormats: readonly Format[] = [
  javaUtilLogging,
  javaXml,
  javaWrapper,
  minecraft,
  weblogic,
  glassfish,
];
