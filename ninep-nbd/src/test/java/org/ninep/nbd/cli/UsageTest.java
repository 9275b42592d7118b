package org.ninep.nbd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ninep.nbd.cli.common.ExitStatus;
import org.ninep.nbd.cli.common.Streams;
import picocli.CommandLine;

class UsageTest {

    private static final List<String> COMMANDS = List.of("serve", "nbd", "status", "replicas", "ls", "stat", "cat",
            "get", "tree", "put", "mkdir", "rm", "mv", "ln", "chmod", "check",
            "munge", "demo", "completion");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "| ninep: a command is missing",
            "frob | 'frob'",
            "ls | ninep ls: Missing required parameter: 'URI'",
            "ls --frob 9p://h/ | Unknown option: '--frob'",
            "ls ftp://h/ | ninep ls: URI: malformed 9P URI \"ftp://h/\": it must begin with 9p://",
            "cat 9p://h/?auth=munge --munge-ttl 2h | --munge-ttl: a ttl of 7200 s is not of whole seconds from 1 to 3600",
            "cat 9p://h/?auth=munge --munge-socket /a --munge-key-file /b | munged's socket and a key file are both given",
            "cat 9p://h/ --munge-key-file /no | --munge-restrict-uid go with auth=munge in the URI",
            "cat 9p://h/?auth=none --munge-ttl 5s | go with auth=munge in the URI",
            "ls 9p://h/ --munge-restrict-uid 0 | go with auth=munge in the URI",
            "nbd --listen tcp:127.0.0.1:0 --export a=9p://h/a --munge-key-file /no | go with --auth munge, or with auth=munge",
            "munge | ninep munge: encode or decode is missing",
            "munge encode --ttl 2h | ninep munge encode: a ttl of 7200 s is not of whole seconds from 1 to 3600",
            "munge encode --ttl 500ms | a ttl of 0.5 s is not of whole seconds",
            "munge encode --cipher rot13 | --cipher",
            "munge encode --cipher aes256 --mac md5 | AES256 takes a MAC of at least 32 bytes",
            "munge encode -u 4294967295 | --restrict-uid: \"4294967295\" is no number from 0 to 4294967294",
            "munge decode --allow-weak | --allow-weak goes with --key-file",
            "munge decode --socket /a --key-file /b | munged's socket and a key file are both given",
            "serve --listen tcp:127.0.0.1:0 --export /tmp --munge-socket /a | go with --auth munge",
            "serve --listen tcp:127.0.0.1:0 --export /tmp --act-as joe | --act-as: \"joe\" is not server, user or UID:GID",
            "serve --listen tcp:127.0.0.1:0 --export /tmp --act-as 1:4294967295 | --act-as: \"1:4294967295\" is not server",
            "serve --listen tcp:127.0.0.1:0 --export /tmp --read-only /tmp | nothing can be changed without --read-write",
            "serve --listen tcp:127.0.0.1:0 --export /tmp --read-write --read-only x | nothing is exported as \"x\"",
            "serve --listen tcp:127.0.0.1:0 --export /tmp --auth frob | --auth",
            "stat --timeout 3 9p://h/ | ninep stat: --timeout: \"3\" is no duration like 250ms, 1s or 2m",
            "stat --timeout 0s 9p://h/ | --timeout: \"0s\" must be more than zero",
            "check 9p://h/ --only wal | ninep check: --only: no check is called \"wal\"",
            "check 9p://h/ --munge-ttl 5s | go with auth=munge in the URI",
            "get 9p://h/ | ninep get: FILE: the URI's path ends without a name",
            "put file | ninep put: positional parameter at index 0..* (SOURCE... URI) requires at least 2 values",
            "put a b | ninep put: URI: malformed 9P URI \"b\": it must begin with 9p://",
            "put -T a b 9p://h/ | --no-target-directory: several cannot have the same name",
            "mkdir | ninep mkdir: Missing required parameter: 'URI'",
            "mkdir -m 9 9p://h/a | --mode: \"9\" is no mode like 0644, u+x, go-w or a=rX",
            "rm ftp://h/ | ninep rm: URI: malformed 9P URI",
            "mv 9p://h/a?aname=x 9p://h/b?aname=y | TARGET: 9p://h/b?aname=y is not in the same export as 9p://h/a?aname=x",
            "mv 9p://h/a 9p://other/b | TARGET: 9p://other/b is not in the same export",
            "mv 9p://h/a b | TARGET: malformed 9P URI",
            "mv a 9p://h/b | SOURCE: malformed 9P URI",
            "ln a 9p://h/b | TARGET: malformed 9P URI",
            "ln -s 9p://h/a 9p://h/b | TARGET: a symbolic link holds a path",
            "chmod u+y 9p://h/a | ninep chmod: MODE: \"u+y\" is no mode like",
            "chmod --frob 9p://h/a | ninep chmod: MODE: \"--frob\" is no mode like",
            "chmod -x 9p://h/a?auth=none --munge-ttl 5s | go with auth=munge in the URI",
            "tree -L 0 9p://h/ | --depth: 0 is not from 1 to 2000",
            "nbd --export a=9p://h/a | Missing required option: '--listen=ADDR'",
            "nbd --listen tcp:127.0.0.1:0 | Missing required option: '--export",
            "nbd --listen tcp:127.0.0.1:0 --export 9p://h/a?uid=1 | --export: \"9p://h/a?uid=1\" is not NAME=URI",
            "nbd --listen tcp:127.0.0.1:0 --export a=9p://h/a?frob=1 | --export: malformed 9P URI",
            "nbd --listen tcp:127.0.0.1:0 --export a= | --export: no URI in",
            "nbd --listen tcp:127.0.0.1:0 --export a=9p://h/a?auth=frob | --export: malformed 9P URI",
            "nbd --listen tcp:127.0.0.1:0 --export a=9p://h/a --export a=9p://h/b | --export: two exports have the name \"a\"",
            "nbd --listen tcp:127.0.0.1:0 --export a=9p://h/a --round-up 7 | --round-up: 7 is neither 512 nor 4096",
            "nbd --listen tcp:127.0.0.1:0 --export a=9p://h/a --max-memory 12 | --max-memory: 12 bytes are too little",
            "nbd --listen tcp:127.0.0.1:0 --export a=9p://h/a --max-memory 12x | --max-memory: \"12x\" is no size",
            "nbd --listen tcp:127.0.0.1:0 --export a=9p://h/a --max-clients 0 | --max-clients: 0 must be 1 or more",
            "nbd --listen tcp:127.0.0.1:0 --export a=9p://h/a --max-backoff x | --max-backoff: \"x\" is no duration",
            "nbd --listen tcp:127.0.0.1:0 --export a=9p://h/a --busy-poll 1001us | --busy-poll: busyPoll PT0.001001S is not in 0..PT0.001S",
            "nbd --listen tcp:127.0.0.1:0 --export a=9p://h/a --busy-poll 1s | --busy-poll: \"1s\" is neither a moment like 100us or 1ms nor off",
            "status | ninep status: Missing required option: '--control=PATH'",
            "replicas --control /x frob a | expected one of [list, add, remove]",
            "replicas --control /x add a | ninep replicas: add takes the URI of a replica",
            "nbd --listen udp:1 --export a=9p://h/a | --listen: \"udp:1\" is no address",
            "serve --listen tcp:127.0.0.1:65536 --export /tmp | --listen: \"tcp:127.0.0.1:65536\" is not tcp:HOST:PORT",
            "serve --listen tcp:::1:0 --export /tmp | --listen: \"tcp:::1:0\": an IPv6 address belongs in brackets",
            "serve --listen unix: --export /tmp | --listen: \"unix:\" has no path",
            "serve --listen tcp:127.0.0.1:0 --export =x | --export: \"=x\" is not PATH or PATH=ANAME",
            "serve --listen tcp:127.0.0.1:0 --export /tmp=a /=a | --export: \"a\" is exported already",
            "serve --listen tcp:127.0.0.1:0 --export /tmp --msize 1K | --msize: 1024 is not from 4K to 16M",
    })
    void aMistakeInTheCommandLineIsOneLineThatNamesItAndStatus2(String line, String complaint) {
        Ran ran = Ran.of(line == null ? new String[0] : line.split(" "));
        assertEquals(ExitStatus.USAGE, ran.status(), ran.err());
        assertTrue(ran.complaint().contains(complaint), ran.err());
        assertTrue(ran.complaint().endsWith("--help)"), "names the way out: " + ran.err());
        assertEquals("", ran.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "serve", "nbd", "status", "replicas", "ls", "stat", "cat", "get", "tree", "put",
            "mkdir", "rm", "mv",
            "ln", "chmod", "demo", "completion"})
    void everythingHasHelpThatListsTheExitStatuses(String command) {
        String help = Ran.output((command + " --help").strip().split(" "));
        assertTrue(help.startsWith("Usage: " + ("ninep " + command).strip()), help);
        assertTrue(help.contains("Exit status:"), help);
        assertTrue(help.contains("  7   cannot listen"), help);
        assertTrue(help.contains("--verbose"), help);
    }

    @Test
    void theDocumentationListsEveryCommandAndStatus() throws Exception {
        String document = Files.readString(Path.of(System.getProperty("ninep.root"), "docs", "cli.md"));
        COMMANDS.forEach(command -> assertTrue(document.contains("ninep " + command), command));
        for (String line : Ran.output("--help").replaceFirst("(?s).*Exit status:", "").strip().lines().toList()) {
            String number = line.strip().substring(0, 1);
            assertTrue(document.contains("| " + number + " |"), line);
        }
    }

    private static void assertNamesEveryOption(String document, CommandLine of) {
        of.getSubcommands().values().forEach(command -> {
            command.getCommandSpec().options().forEach(
                    option -> assertTrue(document.contains("`" + option.longestName()), option.longestName()));
            assertNamesEveryOption(document, command);
        });
    }

    @Test
    void theDocumentationNamesEveryOption() throws Exception {
        String document = Files.readString(Path.of(System.getProperty("ninep.root"), "docs", "cli.md"));
        assertNamesEveryOption(document, program().commandLine());
    }

    private static Program program() {
        return new Program(new Streams(System.in, System.out, Channels.newChannel(System.out), System.err));
    }

    @ParameterizedTest
    @CsvSource({"nbd --help, nbd", "--verbose rm put, rm", "munge decode, munge"})
    void aCommandThatIsNamedIsMadeAlone(String line, String command) {
        assertEquals(Set.of(command), program().commandLineFor(line.split(" ")).getSubcommands().keySet());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--help", "--frob", "frob", "frob nbd"})
    void allCommandsAreMadeWhereNoneIsNamed(String line) {
        assertEquals(Set.copyOf(COMMANDS), program().commandLineFor(line.split(" ")).getSubcommands().keySet());
    }

    @Test
    void saysItsVersion() {
        assertTrue(Ran.output("--version").startsWith("ninep "));
    }

    @Test
    void printsACompletionThatBashAccepts(@TempDir Path directory) throws Exception {
        String script = Ran.output("completion");
        for (String command : COMMANDS) {
            assertTrue(script.contains(command), command);
        }
        Path file = Files.writeString(directory.resolve("completion"), script);
        assertEquals(0, new ProcessBuilder("bash", "-n", file.toString()).inheritIO().start().waitFor());
    }
}
