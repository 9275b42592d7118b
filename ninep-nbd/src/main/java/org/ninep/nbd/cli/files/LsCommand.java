package org.ninep.nbd.cli.files;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Gatherers;
import org.jspecify.annotations.Nullable;
import org.ninep.client.RemoteFile;
import org.ninep.message.Attr;
import org.ninep.message.DirectoryEntry;
import org.ninep.nbd.cli.common.Complaints;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.nbd.cli.common.MessageTrace;
import org.ninep.nbd.cli.common.Streams;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists a directory. Confined to one thread. */
@Command(name = "ls", description = "List a directory on a 9P server, by name; or show a file's line.")
public final class LsCommand implements Callable<Integer> {

    /** Entries that are looked at together, each with a few requests. */
    private static final int TOGETHER = 64;

    @Option(names = {"-l",
            "--long"}, description = "Mode, links, uid, gid, size in bytes, time of the last change, name.")
    private boolean isLong;

    @Option(names = {"-a", "--all"}, description = "Show . and .. too, where the server gives them.")
    private boolean all;

    @Mixin
    private final FileArgument argument;

    private final Streams streams;

    public LsCommand(Streams streams) {
        this.streams = streams;
        argument = new FileArgument(streams);
    }

    /** A line to be: what is known of a file, or why nothing is. */
    private record Entry(String name, @Nullable Attr attr, String target, @Nullable IOException failure) {}

    @Override
    public Integer call() throws IOException {
        try (FileArgument.Found found = argument.find()) {
            List<Entry> entries = found.attr().isDirectory()
                    ? inDirectory(found.file())
                    : List.of(entry(name(found.file().path()), found.file(), found.attr()));
            return print(entries);
        }
    }

    private static String name(String path) {
        return path.length() > 1 ? path.substring(path.lastIndexOf('/') + 1) : path;
    }

    private List<Entry> inDirectory(RemoteFile directory) throws IOException {
        List<DirectoryEntry> entries;
        try (RemoteFile open = directory.walk("").open()) {
            entries = open.readdir();
        }
        return entries.stream()
                .map(DirectoryEntry::name)
                .filter(name -> all || !(name.equals(".") || name.equals("..")))
                .sorted(Comparator.naturalOrder())
                .gather(Gatherers.mapConcurrent(TOGETHER,
                        name -> isLong ? look(directory, name) : new Entry(name, null, "", null)))
                .toList();
    }

    /** {@code .} is not walked to but the directory itself. */
    private static Entry look(RemoteFile directory, String name) {
        try (RemoteFile file = directory.walk(name)) {
            return entry(name, file, file.getattr());
        } catch (IOException e) {
            return new Entry(name, null, "", e);
        }
    }

    private static Entry entry(String name, RemoteFile file, Attr attr) throws IOException {
        return new Entry(name, attr, attr.isSymlink() ? file.readlink() : "", null);
    }

    private int print(List<Entry> entries) {
        int status = ExitStatus.OK;
        Columns columns = new Columns();
        entries.forEach(entry -> columns.fit(entry.attr()));
        for (Entry entry : entries) {
            IOException failure = entry.failure();
            if (failure != null) {
                streams.err().println("ninep ls: " + Complaints.line(failure));
                status = ExitStatus.of(failure);
            }
            streams.out().println(line(entry, columns));
        }
        return status;
    }

    private String line(Entry entry, Columns columns) {
        String name = MessageTrace.printable(entry.name());
        if (!isLong) {
            return name;
        }
        String target = entry.target().isEmpty() ? "" : " -> " + MessageTrace.printable(entry.target());
        return columns.line(entry.attr()) + " " + name + target;
    }

    /** As wide as the widest of each column. Confined to one thread. */
    private static final class Columns {

        private final int[] widths = new int[4];

        void fit(@Nullable Attr attr) {
            String[] cells = cells(attr);
            for (int i = 0; i < cells.length; i++) {
                widths[i] = Math.max(widths[i], cells[i].length());
            }
        }

        private static String[] cells(@Nullable Attr attr) {
            if (attr == null) {
                return new String[]{"?", "?", "?", "?"};
            }
            return new String[]{
                    Long.toUnsignedString(attr.nlink()),
                    Integer.toUnsignedString(attr.uid()),
                    Integer.toUnsignedString(attr.gid()),
                    FileText.isDevice(attr) ? FileText.device(attr.rdev()) : Long.toUnsignedString(attr.size())
            };
        }

        String line(@Nullable Attr attr) {
            StringBuilder line = new StringBuilder(attr == null ? "??????????" : FileText.mode(attr.mode()));
            String[] cells = cells(attr);
            for (int i = 0; i < cells.length; i++) {
                line.append(" ".repeat(1 + widths[i] - cells[i].length())).append(cells[i]);
            }
            return line.append(' ')
                    .append(attr == null ? "?               " : FileText.shortTime(attr.mtime()))
                    .toString();
        }
    }
}
