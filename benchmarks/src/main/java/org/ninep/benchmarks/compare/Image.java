package org.ninep.benchmarks.compare;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;

/**
 * A file that no two blocks of are the same: each block of 4 KiB begins with its own offset, in 8 bytes, and goes on at random.
 * Immutable.
 *
 * @param path where it is
 * @param bytes how long it is: a multiple of 1 MiB
 */
record Image(Path path, long bytes) {
    static final int BLOCK = 4 << 10;
    private static final int PIECE = 1 << 20;

    static Image create(Path path, int mebibytes) throws IOException {
        long bytes = (long) mebibytes << 20;
        byte[] noise = new byte[PIECE];
        new Random(1).nextBytes(noise);
        ByteBuffer piece = ByteBuffer.wrap(noise);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long start = 0; start < bytes; start += PIECE) {
                for (int block = 0; block < PIECE; block += BLOCK) {
                    piece.putLong(block, start + block);
                }
                for (piece.clear(); piece.hasRemaining();) {
                    channel.write(piece);
                }
            }
        }
        return new Image(path, bytes);
    }

    double mebibytes() {
        return bytes / 1048576.0;
    }

    double gibibytes() {
        return bytes / Figures.GIB;
    }

    /** Runs a command that is to print the image, and compares every byte of it. */
    void verify(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (InputStream out = process.getInputStream(); ReadableByteChannel printed = Channels.newChannel(out)) {
            Check check = new Check();
            ByteBuffer buffer = ByteBuffer.allocate(PIECE);
            while (printed.read(buffer.clear()) >= 0) {
                check.next(buffer.flip());
            }
            check.end();
        } finally {
            process.destroyForcibly();
        }
    }

    /** Compares with the image what comes, in order. Confined to one thread. */
    final class Check {
        private final ByteBuffer expected = ByteBuffer.allocate(PIECE);
        private long at;

        void next(ByteBuffer bytes) throws IOException {
            try (FileChannel channel = FileChannel.open(path)) {
                expected.clear().limit(bytes.remaining());
                while (expected.hasRemaining()) {
                    if (channel.read(expected, at + expected.position()) < 0) {
                        throw new IOException("more bytes than the " + bytes() + " of the image");
                    }
                }
            }
            int wrong = expected.flip().mismatch(bytes);
            if (wrong >= 0) {
                throw new IOException("a wrong byte at " + (at + wrong));
            }
            at += bytes.remaining();
        }

        void end() throws IOException {
            if (at != bytes()) {
                throw new IOException(at + " bytes instead of the " + bytes() + " of the image");
            }
        }
    }
}
