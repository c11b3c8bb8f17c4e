export { type LinePlaceInLog, type MadeRecord, RecordMaker } from "./record-maker.ts";
