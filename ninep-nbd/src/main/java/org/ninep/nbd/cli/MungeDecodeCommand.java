package org.ninep.nbd.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.ninep.munge.Credential;
import org.ninep.munge.MungeCodec;
import org.ninep.munge.MungeError;
import org.ninep.munge.MungeException;
import org.ninep.nbd.cli.common.Credentials;
import org.ninep.nbd.cli.common.ExitStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks a credential. Confined to one thread. */
@Command(name = "decode", description = {
        "Check a credential that comes from standard input, and print what it says: a line for each of its properties, an"
                + " empty line, and what it carries.",
        "Of one that is expired, rewound or replayed, the lines are printed, and not what it carries.",
        "munged lets a credential be decoded once; with --key-file it can be checked again."
})
final class MungeDecodeCommand implements Callable<Integer> {

    @Mixin
    private final Credentials.OfCommand credentials = new Credentials.OfCommand();

    @Option(names = {"-p", "--payload"}, description = "Print only what it carries.")
    private boolean payloadOnly;

    private final Program program;

    MungeDecodeCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() throws IOException {
        byte[] text = program.streams().input(MungeCodec.MAX_CREDENTIAL_BYTES);
        try {
            Credential credential = credentials.munge().decode(text);
            if (!payloadOnly) {
                print(MungeError.SUCCESS, credential);
                program.out().println();
            }
            program.streams().write(credential.payload());
        } catch (MungeException e) {
            if (!payloadOnly) {
                e.credential().ifPresent(credential -> print(e.error(), credential));
            }
            throw e;
        }
        return ExitStatus.OK;
    }

    private void print(MungeError status, Credential credential) {
        line("STATUS", status.meaning() + " (" + status.code() + ")");
        line("ENCODE_HOST", credential.address().map(InetAddress::getHostAddress).orElse("not said"));
        line("ENCODE_TIME", credential.encodeTime() + " (" + credential.encodeTime().getEpochSecond() + ")");
        line("DECODE_TIME", credential.decodeTime() + " (" + credential.decodeTime().getEpochSecond() + ")");
        line("TTL", credential.ttl().toSeconds());
        line("CIPHER", credential.cipher() + " (" + credential.cipher().code() + ")");
        line("MAC", credential.mac() + " (" + credential.mac().code() + ")");
        line("ZIP", credential.zip() + " (" + credential.zip().code() + ")");
        line("UID", Integer.toUnsignedString(credential.uid()));
        line("GID", Integer.toUnsignedString(credential.gid()));
        restriction("UID_RESTRICTION", credential.authUid());
        restriction("GID_RESTRICTION", credential.authGid());
        line("LENGTH", credential.payload().remaining());
    }

    private void restriction(String name, OptionalInt id) {
        if (id.isPresent()) {
            line(name, Integer.toUnsignedString(id.getAsInt()));
        }
    }

    private void line(String name, Object value) {
        program.out().printf(Locale.ROOT, "%-16s %s%n", name + ":", value);
    }
}
