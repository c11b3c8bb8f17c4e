-- Reads threads, of the owner's last write only. Stops after enough fields: the answer may be shorter than the question.
-- KEYS[2]: the set of thread ids. KEYS[3..]: hashes. ARGV[3]: how many fields are enough. ARGV[4..]: thread ids.

local refused = refusal() or incomplete(KEYS[2])
if refused then return refused end

local found, fields = {}, 0
for k = 3, #KEYS do
  local key = KEYS[k]
  if redis.call("SISMEMBER", KEYS[2], ARGV[k + 1]) == 0 then
    found[#found + 1] = "new"
  elseif not redis.call("HGET", key, "r") then
    found[#found + 1] = "lost"
  else
    found[#found + 1] = redis.call("HGETALL", key)
    fields = fields + redis.call("HLEN", key)
    if fields >= tonumber(ARGV[3]) then break end
  end
end
return { "ok", found }
