-- Who gave a replay up, and why.

ALTER TABLE acr.replays
    ADD COLUMN abandoned_by  text CHECK (abandoned_by ~ '\S'),
    ADD COLUMN abandoned_why text CHECK (abandoned_why ~ '\S');
COMMENT ON COLUMN acr.replays.abandoned_by IS
    'Who gave the run up; absent where nobody did, or before this was written down.';
COMMENT ON COLUMN acr.replays.abandoned_why IS 'Why the run was given up.';
