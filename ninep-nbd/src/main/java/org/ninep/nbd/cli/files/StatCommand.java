package org.ninep.nbd.cli.files;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.ninep.message.Attr;
import org.ninep.message.Timespec;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.nbd.cli.common.MessageTrace;
import org.ninep.nbd.cli.common.Streams;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows all attributes of a file. Confined to one thread. */
@Command(name = "stat", description = "Show all attributes of a file on a 9P server, a line each; those that the server does not fill are missing.")
public final class StatCommand implements Callable<Integer> {

    @Mixin
    private final FileArgument argument;

    private final Streams streams;

    public StatCommand(Streams streams) {
        this.streams = streams;
        argument = new FileArgument(streams);
    }

    @Override
    public Integer call() throws IOException {
        try (FileArgument.Found found = argument.find()) {
            Attr attr = found.attr();
            print("path", MessageTrace.printable(found.file().path()));
            if (attr.isSymlink()) {
                print("target", MessageTrace.printable(found.file().readlink()));
            }
            print(attr);
        }
        return ExitStatus.OK;
    }

    private void print(Attr attr) {
        print("qid", "type 0x%02x version %s path %s".formatted(attr.qid().type(),
                Integer.toUnsignedString(attr.qid().version()), Long.toUnsignedString(attr.qid().path())));
        print(attr, Attr.MODE, "type", FileText.type(attr.mode()));
        print(attr, Attr.MODE, "mode", "%04o %s".formatted(attr.mode() & 07777, FileText.mode(attr.mode())));
        print(attr, Attr.NLINK, "links", Long.toUnsignedString(attr.nlink()));
        print(attr, Attr.UID, "uid", Integer.toUnsignedString(attr.uid()));
        print(attr, Attr.GID, "gid", Integer.toUnsignedString(attr.gid()));
        if (FileText.isDevice(attr)) {
            print(attr, Attr.RDEV, "device", FileText.device(attr.rdev()));
        }
        print(attr, Attr.SIZE, "size", Long.toUnsignedString(attr.size()));
        print(attr, Attr.BLOCKS, "blocks", Long.toUnsignedString(attr.blocks()));
        print("block size", Long.toUnsignedString(attr.blksize()));
        print(attr, Attr.ATIME, "accessed", attr.atime());
        print(attr, Attr.MTIME, "modified", attr.mtime());
        print(attr, Attr.CTIME, "changed", attr.ctime());
        print(attr, Attr.BTIME, "created", attr.btime());
        print(attr, Attr.GEN, "generation", Long.toUnsignedString(attr.gen()));
        print(attr, Attr.DATA_VERSION, "data version", Long.toUnsignedString(attr.dataVersion()));
    }

    private void print(Attr attr, long bit, String name, Timespec time) {
        print(attr, bit, name, FileText.longTime(time));
    }

    private void print(Attr attr, long bit, String name, String value) {
        if ((attr.valid() & bit) != 0) {
            print(name, value);
        }
    }

    private void print(String name, String value) {
        streams.out().println("%-13s %s".formatted(name + ":", value));
    }
}
