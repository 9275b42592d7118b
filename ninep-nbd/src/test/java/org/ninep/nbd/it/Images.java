package org.ninep.nbd.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.ninep.peer.Tool;

/** What is served: a squashfs image of real files, and a file that fio wrote and can verify. */
final class Images {
    static final String SQUASHFS = "root.squashfs";
    static final String FIO = "fio.img";
    private static final long LEAST_BYTES = 256L << 20;

    /** The real files: the JDK that runs the test. */
    static Path tree() {
        return Path.of(System.getProperty("java.home"));
    }

    /** Makes both images in the directory. */
    static void make(Path directory) throws IOException {
        Path squashfs = directory.resolve(SQUASHFS);
        Tool.run("mksquashfs", tree().toString(), squashfs.toString(), "-noI", "-noD", "-noF", "-noX", "-no-progress",
                "-quiet");
        if (Files.size(squashfs) < LEAST_BYTES) {
            Tool.run("mksquashfs", "/usr/bin", squashfs.toString(), "-noI", "-noD", "-noF", "-noX", "-no-progress",
                    "-quiet", "-root-becomes", "jdk");
        }
        if (Files.size(squashfs) < LEAST_BYTES) {
            throw new IOException(squashfs + " has only " + Files.size(squashfs) + " bytes");
        }
        Tool.run("fio", "--name=write", "--filename=" + directory.resolve(FIO), "--rw=write", "--bs=4k", "--size=32m",
                "--verify=crc32c", "--verify_state_save=0", "--do_verify=0", "--ioengine=psync", "--randseed=9");
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(((DigestInputStream) in).getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The digest of every regular file below the directory, by its path relative to it. Several are read at a time. */
    static Map<String, String> digests(Path root) throws IOException {
        Map<String, String> digests = new ConcurrentSkipListMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            files.filter(f -> Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS)).toList().parallelStream()
                    .forEach(file -> {
                        try {
                            digests.put(root.relativize(file).toString(), sha256(file));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        } catch (UncheckedIOException e) {
            throw new IOException("reading the files below " + root, e);
        }
        return digests;
    }

    private Images() {}
}
