export { SHIP_TABLES, SqliteShipPositions } from "./sqlite-ship-positions.ts";
