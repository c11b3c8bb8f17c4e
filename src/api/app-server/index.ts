export { AppServerSession } from "./session.ts";
