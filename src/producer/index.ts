export { RecordMaker } from "./record-maker.ts";
