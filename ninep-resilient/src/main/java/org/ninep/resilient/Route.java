package org.ninep.resilient;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where reads go at the moment. Immutable, as far as it goes: the lanes in it count what they carry.
 *
 * @param main of the active replica; none if there is no active one
 * @param trial of a replica that is given a part of the traffic to show that it is well again; may be none
 * @param every of so many reads one goes to {@code trial}
 * @param leaving whether another replica is about to become the active one: what the present one has failed waits for that
 */
record Route(List<Lane> main, List<Lane> trial, int every, boolean leaving) {
    static final Route NONE = new Route(List.of(), List.of(), 1, false);

    /**
     * A lane for this many bytes, which are counted as outstanding on it.
     *
     * @param turn counts reads up
     * @param avoid the replica that has failed the read before, or null; is taken only if no other is in sight
     * @return null if there is no lane, or the one to take carries too much already
     */
    @Nullable
    Lane take(int bytes, int turn, @Nullable Replica avoid) {
        List<Lane> lanes = main;
        if (!trial.isEmpty() && turn % every == 0 && !is(trial, avoid)) {
            lanes = trial;
        } else if (leaving && is(main, avoid)) {
            return null;
        }
        Lane best = null;
        for (int i = 0; i < lanes.size(); i++) {
            Lane lane = lanes.get(i);
            if (best == null || lane.outstanding() < best.outstanding()) {
                best = lane;
            }
        }
        return best != null && best.acquire(bytes) ? best : null;
    }

    @SuppressWarnings("ReferenceEquality")
    private static boolean is(List<Lane> lanes, @Nullable Replica replica) {
        return !lanes.isEmpty() && lanes.getFirst().replica == replica;
    }
}
