-- Takes over: whoever held the partition is refused from now on.
-- KEYS[1]: the head. ARGV[1]: the format this version writes. ARGV[2]: the random part of the owner token.

local format = redis.call("HGET", KEYS[1], "format")
if format ~= ARGV[1] and redis.call("EXISTS", KEYS[1]) == 1 then return { "foreign", format or "" } end

local epoch = redis.call("HINCRBY", KEYS[1], "epoch", 1)
local owner = string.format("%.0f-%s", epoch, ARGV[2])
redis.call("HSET", KEYS[1], "format", ARGV[1], "owner", owner)
redis.call("HSETNX", KEYS[1], "writes", "0")
return { "ok", redis.call("HGETALL", KEYS[1]) }
