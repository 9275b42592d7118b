package org.ninep.resilient;

import java.util.List;
import org.ninep.client.NinepUri;

/**
 * The replicas of one {@link ResilientFile}, in order of preference; they may change while the file is in use.
 *
 * <p>
 * Thread-safe.
 */
public final class Replicas {
    /** The most replicas of one file. */
    public static final int MOST = 256;

    private final Engine engine;

    Replicas(Engine engine) {
        this.engine = engine;
    }

    /**
     * Adds one behind those that are there. It is connected and compared before anything is read from it.
     *
     * @throws IllegalArgumentException if it is there already, there are {@link #MOST}, or it asks for authentication and the
     *     connections were given no authenticator
     */
    public void add(NinepUri replica) {
        engine.add(replica);
    }

    /**
     * Takes one away. What it was asked for is asked of another.
     *
     * @throws IllegalArgumentException if it is not there, or is the only one
     */
    public void remove(NinepUri replica) {
        engine.remove(replica);
    }

    /** Those that are there. */
    public List<NinepUri> list() {
        return engine.replicas();
    }
}
