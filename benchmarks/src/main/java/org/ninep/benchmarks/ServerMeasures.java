package org.ninep.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import org.ninep.client.AttrHandler;
import org.ninep.client.Client;
import org.ninep.client.ReadHandler;
import org.ninep.client.RemoteFile;
import org.ninep.message.Attr;
import org.ninep.message.Tmessage.Tlopen;

/** What is asked of both servers. */
final class ServerMeasures {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int PIECE = 1 << 20;
    private static final int AHEAD = 4;
    private static final String MIB = "MiB/s";

    private final int mebibytes;

    private ServerMeasures(int mebibytes) {
        this.mebibytes = mebibytes;
    }

    static List<ServerComparison.Measure> all(int mebibytes, Duration slice, int files) {
        ServerMeasures of = new ServerMeasures(mebibytes);
        return List.of(new ServerComparison.Measure("sequential read, diodcat, msize 64 KiB", MIB, of::diodcat),
                new ServerComparison.Measure("sequential read, ninep's client, own msize", MIB, of::read),
                new ServerComparison.Measure("4-KiB random reads, depth 1", "reads/s", s -> of.random(s, 1, slice)),
                new ServerComparison.Measure("4-KiB random reads, depth 16", "reads/s", s -> of.random(s, 16, slice)),
                new ServerComparison.Measure("walk, getattr and clunk, one by one", "files/s", s -> walk(s, files)),
                new ServerComparison.Measure("getattr, depth 16", "files/s", s -> getattr(s, 16, slice)),
                new ServerComparison.Measure("sequential write, ninep's client", MIB, of::write));
    }

    private double rate(long start) {
        return mebibytes / seconds(start);
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private double diodcat(ServerUnderTest server) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("diodcat", "-s", server.address(), "-a", server.export().toString(),
                "image").redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long start = System.nanoTime();
        if (process.waitFor() != 0) {
            throw new IOException("diodcat failed");
        }
        return rate(start);
    }

    /** Pieces of 1 MiB, some of them ahead, as a client that reads a file does. */
    private double read(ServerUnderTest server) throws IOException, InterruptedException {
        try (Client client = server.connect(); RemoteFile file = client.open(server.uri("image"))) {
            ByteBuffer[] buffers = new ByteBuffer[AHEAD];
            Semaphore[] read = new Semaphore[AHEAD];
            for (int i = 0; i < AHEAD; i++) {
                buffers[i] = ServerComparison.piece();
                read[i] = new Semaphore(1);
            }
            long start = System.nanoTime();
            for (int i = 0; i < mebibytes; i++) {
                Semaphore mine = read[i % AHEAD];
                mine.acquire();
                file.readFully(buffers[i % AHEAD].clear(), (long) i * PIECE, TIMEOUT, handler(mine));
            }
            for (Semaphore one : read) {
                one.acquire();
            }
            return rate(start);
        }
    }

    private static ReadHandler handler(Semaphore done) {
        return new ReadHandler() {
            @Override
            public void completed(int count) {
                done.release();
            }

            @Override
            public void failed(IOException cause) {
                throw new IllegalStateException(cause);
            }
        };
    }

    private double random(ServerUnderTest server, int depth, Duration slice) throws IOException, InterruptedException {
        try (Client client = server.connect(); RemoteFile file = client.open(server.uri("image"))) {
            ReadsInFlight load = new ReadsInFlight(4096, depth, (long) mebibytes * PIECE);
            return load.run((buffer, offset, handler) -> file.readFully(buffer, offset, TIMEOUT, handler), slice)
                    .perSecond();
        }
    }

    private static double walk(ServerUnderTest server, int files) throws IOException {
        try (Client client = server.connect(); RemoteFile root = server.root(client)) {
            long start = System.nanoTime();
            for (int i = 0; i < files; i++) {
                try (RemoteFile file = root.walk(ServerComparison.path(i))) {
                    if (file.getattr().size() == 0) {
                        throw new IOException("an empty file");
                    }
                }
            }
            return files / seconds(start);
        }
    }

    private static double getattr(ServerUnderTest server, int depth, Duration slice)
            throws IOException, InterruptedException {
        try (Client client = server.connect();
                RemoteFile root = server.root(client);
                RemoteFile file = root.walk(ServerComparison.path(0))) {
            Semaphore free = new Semaphore(depth);
            CompletableFuture<Void> failure = new CompletableFuture<>();
            AttrHandler handler = new AttrHandler() {
                @Override
                public void completed(Attr attr) {
                    free.release();
                }

                @Override
                public void failed(IOException cause) {
                    failure.completeExceptionally(cause);
                    free.release();
                }
            };
            long start = System.nanoTime();
            long count = 0;
            for (; System.nanoTime() - start < slice.toNanos(); count++) {
                free.acquire();
                file.getattr(Attr.BASIC, TIMEOUT, handler);
            }
            free.acquire(depth);
            if (failure.isCompletedExceptionally()) {
                throw new CompletionException(failure.exceptionNow());
            }
            return count / seconds(start);
        }
    }

    private double write(ServerUnderTest server) throws IOException {
        String name = "written-" + server.name();
        try (Client client = server.connect(); RemoteFile root = server.root(client)) {
            ByteBuffer piece = ServerComparison.piece();
            long start = System.nanoTime();
            try (RemoteFile file = root.directory().create(name, Tlopen.RDWR | Tlopen.TRUNC, 0600)) {
                for (int i = 0; i < mebibytes; i++) {
                    file.writeFully(piece.clear(), (long) i * PIECE);
                }
            }
            double rate = rate(start);
            root.directory().unlink(name);
            return rate;
        }
    }
}
