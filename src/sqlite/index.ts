export { SqliteShipPositions } from "./ship-positions.ts";
