package org.ninep.transport;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of one host, within a time. The operating system's resolver can neither be hurried nor interrupted, so a
 * daemon thread asks it: one at a time, which later calls wait for too.
 */
final class Lookup {
    /** Every address of a name. */
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    private final String host;
    private final Resolver resolver;
    private final InetAddress @Nullable [] literal;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable FutureTask<InetAddress[]> running;
    private volatile InetAddress @Nullable [] lastGood;

    Lookup(String host, Resolver resolver) {
        this.host = host;
        this.resolver = resolver;
        this.literal = literal(host);
    }

    private static InetAddress @Nullable [] literal(String host) {
        try {
            return new InetAddress[]{InetAddress.ofLiteral(host)};
        } catch (IllegalArgumentException name) {
            return null;
        }
    }

    /** Whether the host is an address already. */
    boolean isLiteral() {
        return literal != null;
    }

    /**
     * At least one address, in the resolver's order: what it says now, or, if it fails or needs more than half of the time, what it
     * said last. An interrupt ends the wait and leaves the thread interrupted.
     *
     * @throws IOException whose message is the reason alone, without the host
     */
    InetAddress[] addresses(Duration timeout) throws IOException {
        if (literal != null) {
            return literal;
        }
        InetAddress[] known = lastGood;
        if (known == null) {
            return ask(timeout);
        }
        try {
            return ask(timeout.dividedBy(2));
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            return known;
        }
    }

    private InetAddress[] ask(Duration timeout) throws IOException {
        try {
            InetAddress[] found = current().get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
            lastGood = found;
            return found;
        } catch (TimeoutException e) {
            throw new SocketTimeoutException(
                    "no address of the host within " + Connecting.wholeMillis(timeout) + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            UnknownHostException unknown = new UnknownHostException("no such host" + detail(e.getCause()));
            unknown.initCause(e.getCause());
            throw unknown;
        }
    }

    private FutureTask<InetAddress[]> current() {
        lock.lock();
        try {
            FutureTask<InetAddress[]> task = running;
            if (task == null || task.isDone()) {
                task = new FutureTask<>(() -> resolver.resolve(host));
                Thread.ofPlatform().daemon().name("ninep-lookup-" + host).start(task);
                running = task;
            }
            return task;
        } finally {
            lock.unlock();
        }
    }

    /** The resolver's own words ("host: Temporary failure in name resolution"), if it has any. */
    private String detail(@Nullable Throwable cause) {
        String message = cause == null ? null : cause.getMessage();
        if (message == null || message.equals(host)) {
            return "";
        }
        return " (" + (message.startsWith(host + ": ") ? message.substring(host.length() + 2) : message) + ")";
    }
}
