-- One chunk of a flush, or a reset: all of it is written, or nothing.
-- KEYS[2]: the set of thread ids of the generation. KEYS[3..]: the hashes of the chunk's threads.
-- ARGV[3]: the number of this write. ARGV[4]: the generation. ARGV[5]: "1" where it begins with nothing stored.
-- ARGV[6]: offset below which the states of the chunk lie. ARGV[7]: how many arguments for the head follow, and these.
-- Then for each thread: id, revision it must have, revision after, "1" where it replaces what is stored, how many arguments
-- to set, how many to remove, and these.

local MOST = 2000 -- unpack() takes about 8,000 values; even, so that a field stays with its value

local number, generation, begins, highest = ARGV[3], ARGV[4], ARGV[5] == "1", ARGV[6]
local headFirst, headCount = 8, tonumber(ARGV[7])

-- Sent again because its answer was lost: only the owner can have counted up to this number.
if owner == ARGV[1] and writes == number then return { "ok" } end

local refused = refusal() or (not begins and incomplete(KEYS[2]))
if refused then return refused end

local function inPieces(command, key, first, count)
  local last = first + count - 1
  for from = first, last, MOST do
    redis.call(command, key, unpack(ARGV, from, math.min(from + MOST - 1, last)))
  end
end

-- Calls visit(key, id, expected, at, sets, removals) for each thread: where its arguments begin, and how many to set and remove.
local function eachThread(visit)
  local at = headFirst + headCount
  for k = 3, #KEYS do
    local sets, removals = tonumber(ARGV[at + 4]), tonumber(ARGV[at + 5])
    local stop = visit(KEYS[k], ARGV[at], ARGV[at + 1], at, sets, removals)
    if stop then return stop end
    at = at + 6 + sets + removals
  end
end

-- First only reads: a refusal, or the error of a key of another type, must come before the first write.
refused = eachThread(function(key, id, expected)
  local revision = redis.call("HGET", key, "r")
  -- A hash that the set does not name was left by an earlier life: it does not count.
  if begins or redis.call("SISMEMBER", KEYS[2], id) == 0 then revision = false end
  if (revision or "0") ~= expected then return { "refused", "revision", id, revision or "0", expected } end
end)
if refused then return refused end

-- The first write is one that a full Redis refuses: after it nothing more can fail.
redis.call("HSET", KEYS[1], "writes", number)

if begins then
  local before = redis.call("HGET", KEYS[1], "generation")
  if before and before ~= generation then redis.call("HSET", KEYS[1], "stale:" .. before, "") end
  redis.call("HDEL", KEYS[1], "stale:" .. generation, "watermark", "highest", "markOffset", "markCrc")
  redis.call("HSET", KEYS[1], "generation", generation, "threads", "0")
  redis.call("UNLINK", KEYS[2])
end

local stored = redis.call("HGET", KEYS[1], "highest")
if not stored or tonumber(stored) < tonumber(highest) then redis.call("HSET", KEYS[1], "highest", highest) end

local added = 0
eachThread(function(key, id, expected, at, sets, removals)
  local after, replaces = ARGV[at + 2], ARGV[at + 3] == "1"
  if replaces or expected == "0" then redis.call("UNLINK", key) end
  if expected == "0" then added = added + redis.call("SADD", KEYS[2], id) end
  inPieces("HSET", key, at + 6, sets)
  inPieces("HDEL", key, at + 6 + sets, removals)
  redis.call("HSET", key, "r", after)
end)
if added > 0 then redis.call("HINCRBY", KEYS[1], "threads", added) end

-- Only the last chunk brings the watermark: until then the states are ahead of it, and `highest` says how far.
inPieces("HSET", KEYS[1], headFirst, headCount)
return { "ok" }
