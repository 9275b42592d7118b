package org.ninep.nbd.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.ExitStatus;

/**
 * The image of a demonstration: somebody's own, or one that is made for it and removed at its end.
 *
 * <p>Thread-safe.
 *
 * @param path of the file
 * @param directory to be removed with the file in it, or null
 */
record DemoImage(Path path, @Nullable Path directory) implements Closeable {

    static final long MADE_BYTES = 64L << 20;
    private static final int BLOCK = 64 << 10;
    private static final long SEED = 9;

    static DemoImage of(Path path) throws IOException {
        if (!Files.isRegularFile(path) || Files.size(path) == 0) {
            String what = Files.exists(path) ? "an empty file or none at all" : "no such file";
            throw new CommandFailure(ExitStatus.UNUSABLE, path + ": " + what + ", and so no image");
        }
        return new DemoImage(path.toRealPath(), null);
    }

    /** Blocks of random bytes and blocks of text in turn, of which no two are equal. */
    static DemoImage make() throws IOException {
        Path directory = Files.createTempDirectory("ninep-demo");
        DemoImage image = new DemoImage(directory.resolve("demo.img"), directory);
        boolean done = false;
        try (FileChannel out = FileChannel.open(image.path(), StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE)) {
            SplittableRandom random = new SplittableRandom(SEED);
            for (long at = 0; at < MADE_BYTES; at += BLOCK) {
                ByteBuffer block = ByteBuffer.wrap(at / BLOCK % 2 == 0 ? noise(random) : text(at));
                while (block.hasRemaining()) {
                    out.write(block);
                }
            }
            done = true;
        } finally {
            if (!done) {
                image.close();
            }
        }
        return image;
    }

    private static byte[] noise(SplittableRandom random) {
        byte[] block = new byte[BLOCK];
        random.nextBytes(block);
        return block;
    }

    private static byte[] text(long at) {
        byte[] line = "%015d: a line of text\n".formatted(at).getBytes(StandardCharsets.US_ASCII);
        byte[] block = new byte[BLOCK];
        for (int i = 0; i < BLOCK; i++) {
            block[i] = line[i % line.length];
        }
        return block;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The file's checksum, read without any of ninep. */
    String checksum() throws IOException {
        MessageDigest digest = sha256();
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
        try (FileChannel in = FileChannel.open(path)) {
            while (in.read(buffer.clear()) >= 0) {
                digest.update(buffer.flip());
            }
        }
        return hex(digest);
    }

    @Override
    public void close() throws IOException {
        if (directory != null) {
            Files.deleteIfExists(path);
            Files.deleteIfExists(directory);
        }
    }
}
