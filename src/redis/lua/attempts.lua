-- Notes how often the partition was started. ARGV[3..]: fields of the head.

local refused = refusal()
if refused then return refused end

redis.call("HSET", KEYS[1], unpack(ARGV, 3))
return { "ok" }
