package org.ninep.nbd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.ninep.TimeSource;
import org.ninep.client.Batch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of a server: waits for channels to become ready, for tasks from other threads, and for timers.
 *
 * <p>{@link #execute}, {@link #isOwn} and {@link #stop} are thread-safe; the rest is confined to the loop's thread.
 */
final class EventLoop implements Runnable {

    /** What is registered with the loop. */
    interface Handler {
        /** The channel is ready for some of the operations that the key is interested in. Must not block. */
        void ready(SelectionKey key);
    }

    private static final Logger log = LoggerFactory.getLogger(EventLoop.class);

    private final Selector selector;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final TimerQueue timers;
    private final TimeSource time;
    private final Runnable wake;
    /** What is sent within one turn leaves at its end. */
    private final Batch batch = new Batch();
    private final Batch.Work<IOException> turn = this::turn;
    private long untilTimer;
    private volatile @Nullable Thread thread;
    private volatile boolean stopping;

    EventLoop(TimeSource time) throws IOException {
        selector = Selector.open();
        timers = new TimerQueue(time);
        this.time = time;
        wake = selector::wakeup;
        time.onAdvance(wake);
    }

    /**
     * Has the loop's thread run {@code task} soon; tasks keep their order.
     *
     * @return false if the loop has ended; then the task may or may not run
     */
    boolean execute(Runnable task) {
        tasks.add(task);
        if (!isOwn()) {
            selector.wakeup();
        }
        return selector.isOpen();
    }

    /** Whether the calling thread is the loop's. */
    boolean isOwn() {
        return Thread.currentThread().equals(thread);
    }

    /** Lets the loop end after the tasks that it has. */
    void stop() {
        stopping = true;
        selector.wakeup();
    }

    /** Runs the tasks that came too late, and lets go of the channels. */
    void close() {
        time.removeOnAdvance(wake);
        try {
            selector.close();
        } catch (IOException e) {
            log.debug("closing the selector failed: {}", e.toString());
        }
        runTasks();
    }

    TimerQueue timers() {
        return timers;
    }

    SelectionKey register(SelectableChannel channel, int operations, Handler handler) throws ClosedChannelException {
        return channel.register(selector, operations, handler);
    }

    /** Runs until {@link #stop}. */
    @Override
    public void run() {
        thread = Thread.currentThread();
        try {
            while (!stopping) {
                untilTimer = timers.runDue();
                batch.run(turn);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the selector of the NBD server's event loop failed", e);
        }
    }

    private void turn() throws IOException {
        await(untilTimer);
        runTasks();
    }

    private void await(long nanos) throws IOException {
        if (!tasks.isEmpty()) {
            selector.selectNow(EventLoop::dispatch);
        } else {
            long millis = nanos < 0 ? 0 : Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos + 999_999));
            selector.select(EventLoop::dispatch, millis);
        }
        // An interrupt means nothing to this thread, and left set it would keep select from waiting.
        Thread.interrupted();
    }

    private static void dispatch(SelectionKey key) {
        Handler handler = (Handler) key.attachment();
        try {
            handler.ready(key);
        } catch (RuntimeException e) {
            log.error("NBD server: unexpected failure in {}", handler, e);
        }
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            try {
                task.run();
            } catch (RuntimeException e) {
                log.error("NBD server: unexpected failure", e);
            }
        }
    }
}
