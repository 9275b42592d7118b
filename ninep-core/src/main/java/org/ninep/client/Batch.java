package org.ninep.client;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets what a thread sends within a piece of work leave together: short requests of {@link Client}s wait until the work ends, and go
 * to the socket in one write. Whoever starts many requests at once saves a system call for each; they are sent a little later, so the
 * work must not wait for an answer.
 *
 * <p>
 * Confined to one thread; each thread has its own.
 */
public final class Batch {
    /** Work that throws what it likes. */
    public interface Work<X extends Throwable> {
        /** Runs. */
        void run() throws X;
    }

    /** Not a scoped value: binding one makes two objects, for each short turn of a loop. */
    private static final ThreadLocal<@Nullable Batch> CURRENT = new ThreadLocal<>();
    private static final int MOST = 64;

    private final List<Runnable> last = new ArrayList<>(MOST);

    /** One that may be used again and again. */
    public Batch() {}

    /**
     * Runs the work, and then sends what it has left, however it ended.
     *
     * @param <X> what the work may throw
     * @param work must not wait for what it sends
     */
    public <X extends Throwable> void run(Work<X> work) throws X {
        Batch outer = CURRENT.get();
        CURRENT.set(this);
        try {
            work.run();
        } finally {
            CURRENT.set(outer);
            end();
        }
    }

    private void end() {
        try {
            for (int i = 0; i < last.size(); i++) {
                last.get(i).run();
            }
        } finally {
            last.clear();
        }
    }

    /**
     * Has something done when the calling thread's batch ends, once however often it is asked for.
     *
     * @param deed does not throw; told apart by identity
     * @return false if the thread is in no batch, or in one that has enough to do: then it is to be done now
     */
    public static boolean defer(Runnable deed) {
        Batch batch = CURRENT.get();
        return batch != null && batch.add(deed);
    }

    @SuppressWarnings("ReferenceEquality")
    private boolean add(Runnable deed) {
        for (int i = 0; i < last.size(); i++) {
            if (last.get(i) == deed) {
                return true;
            }
        }
        return last.size() < MOST && last.add(deed);
    }
}
