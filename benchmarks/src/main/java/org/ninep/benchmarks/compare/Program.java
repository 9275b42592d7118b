package org.ninep.benchmarks.compare;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A server that was started, with the processes that it has started itself. Thread-safe.
 *
 * @param name for people
 * @param startSeconds from its start until it was ready
 * @param log what it has printed until it was ready
 */
record Program(String name, ProcessHandle handle, double startSeconds, String log) {
    private static final long PATIENCE_SECONDS = 5;

    /** What it has used so far, in seconds. */
    double cpuSeconds() throws IOException {
        double sum = 0;
        for (long pid : pids()) {
            sum += ProcFs.cpu(pid).sum();
        }
        return sum;
    }

    /** The most of it that was resident so far. */
    double peakMebibytes() throws IOException {
        double sum = 0;
        for (long pid : pids()) {
            sum += ProcFs.peakMebibytes(pid);
        }
        return sum;
    }

    private long[] pids() {
        return LongStream.concat(LongStream.of(handle.pid()), handle.descendants().mapToLong(ProcessHandle::pid))
                .toArray();
    }

    /** Ends it: at first in order, and after five seconds by force. */
    void end() {
        ProcessHandle[] all = Stream.concat(handle.descendants(), Stream.of(handle)).toArray(ProcessHandle[]::new);
        for (ProcessHandle one : all) {
            one.destroy();
        }
        for (ProcessHandle one : all) {
            try {
                one.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException | ExecutionException e) {
                one.destroyForcibly();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                one.destroyForcibly();
            }
        }
    }
}
