export { viewerFile } from "./viewer-file.ts";
