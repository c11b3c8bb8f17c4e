/** How far the sink is with each partition of its topics, and whose the partition is. */
export const SINK_TABLES = `
CREATE TABLE sink_positions (
  topic text COLLATE "C" NOT NULL, partition integer NOT NULL, claim text NOT NULL,
  next_offset bigint, last_offset bigint, last_mark text,
  PRIMARY KEY (topic, partition)
);`;
