-- Begins every script but acquire.lua.
-- KEYS[1]: the head. ARGV[1]: our owner token. ARGV[2]: the number of our last write.

local owner, writes = unpack(redis.call("HMGET", KEYS[1], "owner", "writes"))

-- Nothing was written by anyone since, and Redis did not go back to an older snapshot: nil. Else what was found.
local function refusal()
  if owner ~= ARGV[1] then return { "refused", "owner", owner or "" } end
  if writes ~= ARGV[2] then return { "refused", "writes", writes or "" } end
end

-- The set of thread ids is whole: nil. Without it a thread that is known would look new.
local function incomplete(set)
  local expected = redis.call("HGET", KEYS[1], "threads") or "0"
  local found = redis.call("SCARD", set)
  if found ~= tonumber(expected) then return { "refused", "threads", tostring(found), expected } end
end
