package org.ninep.nbd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ninep.munge.EncodeOptions;
import org.ninep.munge.Munge;
import org.ninep.munge.MungeAuthenticator;
import org.ninep.nbd.cli.common.Credentials;
import org.ninep.nbd.cli.common.Streams;
import picocli.CommandLine;

/** A key that a command was given does not stay in memory when the command has ended. */
class SecretsTest {

    private static CommandLine program() {
        var out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        return new Program(new Streams(InputStream.nullInputStream(), out, Channels.newChannel(out), out))
                .commandLine();
    }

    @ParameterizedTest
    @ValueSource(strings = {"munge encode --key-file /k", "munge decode --key-file /k",
            "cat 9p://h/?auth=munge --munge-key-file /k", "rm 9p://h/x?auth=munge --munge-key-file /k",
            "put a 9p://h/x?auth=munge --munge-key-file /k",
            "serve --listen tcp:127.0.0.1:0 --export /tmp --auth munge --munge-key-file /k",
            "nbd --listen tcp:127.0.0.1:0 --export a=9p://h/a --auth munge --munge-key-file /k"})
    void isFoundInEveryCommandThatTakesAKey(String line) {
        assertEquals(1, Program.secrets(program().parseArgs(line.split(" "))).size());
    }

    @Test
    void isWiped(@TempDir Path work) throws Exception {
        Path file = Files.createFile(work.resolve("key"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, new byte[1024]);
        Credentials.ForAuthentication credentials = new Credentials.ForAuthentication();
        new CommandLine(CommandLine.Model.CommandSpec.create().addMixin("credentials",
                CommandLine.Model.CommandSpec.forAnnotatedObject(credentials)))
                .parseArgs("--munge-key-file", file.toString());
        Munge munge = credentials.munge(Duration.ofSeconds(1));
        EncodeOptions options = MungeAuthenticator.DEFAULT_OPTIONS;
        assertEquals("MUNGE:",
                new String(munge.encode(options, new byte[0]), StandardCharsets.US_ASCII).substring(0, 6));
        credentials.wipe();
        assertThrows(IllegalStateException.class, () -> munge.encode(options, new byte[0]));
    }

    @Test
    void isWipedWhenACommandHasEnded() {
        List<String> wiped = new ArrayList<>();
        CommandLine program = program();
        CommandLine completion = Objects.requireNonNull(program.getSubcommands().get("completion"));
        completion.getCommandSpec().addMixin("test",
                CommandLine.Model.CommandSpec.wrapWithoutInspection((Credentials.Secret) () -> wiped.add("key")));
        assertEquals(0, program.execute("completion"));
        assertEquals(List.of("key"), wiped);
    }
}
