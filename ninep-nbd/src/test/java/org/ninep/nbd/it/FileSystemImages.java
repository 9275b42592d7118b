package org.ninep.nbd.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.ninep.peer.Tool;

/**
 * The same tree of files in a squashfs and in an ext4, for readers who compare what they read.
 *
 * @param directory where the images are
 * @param digests SHA-256 of each file, by its path
 */
record FileSystemImages(Path directory, Map<String, String> digests) {
    private static final int FILES = 300;

    /** The kind of file system; its image has the kind as its name. */
    enum Kind {
        SQUASHFS("ro"), EXT4("ro,noload");

        /** Options with which it is mounted from a device that cannot be written. */
        final String options;

        Kind(String options) {
            this.options = options;
        }

        String type() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Makes the tree and both images in the directory. */
    static FileSystemImages make(Path directory) throws IOException {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Random random = new Random(3);
        for (int i = 0; i < FILES; i++) {
            Path sub = Files.createDirectories(tree.resolve("d" + i % 20));
            byte[] bytes = new byte[random.nextInt(i % 10 == 0 ? 1 << 20 : 40_000)];
            random.nextBytes(bytes);
            Files.write(sub.resolve("f" + i), bytes);
        }
        Tool.run("mksquashfs", tree.toString(), directory.resolve(Kind.SQUASHFS.type()).toString(), "-no-progress",
                "-quiet");
        Tool.run("mke2fs", "-q", "-t", "ext4", "-d", tree.toString(), directory.resolve(Kind.EXT4.type()).toString(),
                "64M");
        return new FileSystemImages(directory, Images.digests(tree));
    }

    /** As sha256sum prints it in the root of the tree, sorted by its bytes. */
    String sums() {
        return digests.entrySet().stream().map(file -> file.getValue() + "  ./" + file.getKey() + "\n").sorted()
                .collect(Collectors.joining());
    }

    /** Copies the images to where a server exports them. */
    void copyTo(Path export) throws IOException {
        Files.createDirectories(export);
        for (Kind kind : Kind.values()) {
            Files.copy(directory.resolve(kind.type()), export.resolve(kind.type()),
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
