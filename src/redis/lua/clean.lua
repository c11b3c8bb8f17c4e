-- Removes some threads of a generation that no longer counts, and forgets the generation after the last one.
-- KEYS[2]: its set of thread ids. KEYS[3..]: hashes. ARGV[3]: the generation. ARGV[4..]: the thread ids.

local refused = refusal()
if refused then return refused end

for k = 3, #KEYS do
  redis.call("UNLINK", KEYS[k])
  redis.call("SREM", KEYS[2], ARGV[k + 1])
end
local left = redis.call("SCARD", KEYS[2])
if left == 0 then redis.call("HDEL", KEYS[1], "stale:" .. ARGV[3]) end
return { "ok", left }
