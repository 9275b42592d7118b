package org.ninep.nbd.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ninep.munge.Cipher;
import org.ninep.munge.EncodeOptions;
import org.ninep.munge.Mac;
import org.ninep.munge.MungeCodec;
import org.ninep.munge.Zip;
import org.ninep.nbd.cli.common.CommandFailure;
import org.ninep.nbd.cli.common.Converters;
import org.ninep.nbd.cli.common.Credentials;
import org.ninep.nbd.cli.common.ExitStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a credential. Confined to one thread. */
@Command(name = "encode", description = {
        "Make a credential of this process's user, and write it to standard output.",
        "It carries what comes from standard input, less than 1 MiB."
})
final class MungeEncodeCommand implements Callable<Integer> {

    @Mixin
    private final Credentials.OfCommand credentials = new Credentials.OfCommand();

    @Option(names = {"-n", "--no-input"}, description = "Carry nothing; standard input is not read.")
    private boolean noInput;

    @Option(names = {"-c",
            "--cipher"}, paramLabel = "NAME", description = "none, blowfish, cast5, aes128 or aes256 (default: munged's; with --key-file aes128).")
    private @Nullable Cipher cipher;

    @Option(names = {"-m",
            "--mac"}, paramLabel = "NAME", description = "md5, sha1, ripemd160, sha256 or sha512 (default: munged's; with --key-file sha256).")
    private @Nullable Mac mac;

    @Option(names = {"-z",
            "--zip"}, paramLabel = "NAME", description = "none, bzlib or zlib (default: munged's; with --key-file none).")
    private @Nullable Zip zip;

    @Option(names = {"-t",
            "--ttl"}, paramLabel = "DURATION", converter = Converters.OfTtl.class, description = "How long it is good: 1s to 1h (default: munged's; with --key-file 5m).")
    private @Nullable Duration ttl;

    @Option(names = {"-u",
            "--restrict-uid"}, paramLabel = "UID", converter = Converters.OfId.class, description = "Only this user can decode it (default: anybody).")
    private OptionalInt uid = OptionalInt.empty();

    @Option(names = {"-g",
            "--restrict-gid"}, paramLabel = "GID", converter = Converters.OfId.class, description = "Only members of this group can decode it (default: anybody).")
    private OptionalInt gid = OptionalInt.empty();

    private final Program program;

    MungeEncodeCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() throws IOException {
        EncodeOptions options = options();
        byte[] payload = noInput ? new byte[0] : program.streams().input(MungeCodec.MAX_PAYLOAD_BYTES);
        byte[] credential = credentials.munge().encode(options, payload);
        byte[] line = Arrays.copyOf(credential, credential.length + 1);
        line[credential.length] = '\n';
        program.streams().write(ByteBuffer.wrap(line));
        return ExitStatus.OK;
    }

    private EncodeOptions options() throws CommandFailure {
        try {
            return new EncodeOptions(Optional.ofNullable(cipher), Optional.ofNullable(mac), Optional.ofNullable(zip),
                    Optional.ofNullable(ttl), uid, gid);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitStatus.USAGE, String.valueOf(e.getMessage()), e);
        }
    }
}
