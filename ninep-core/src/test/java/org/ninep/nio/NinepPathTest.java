package org.ninep.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.ProviderMismatchException;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ninep.client.Client;
import org.ninep.client.NinepUri;
import org.ninep.testkit.ScriptedPeer;

/** Paths and patterns are as the JDK's own on Unix, where that is what runs the tests. */
class NinepPathTest {
    private static final ScriptedPeer PEER = ScriptedPeer.inProcess().serving(new byte[0]);
    private static final NinepFileSystem FS = fileSystem();

    private static NinepFileSystem fileSystem() {
        try {
            Client client = Client.builder(PEER.transport()).connect();
            return new NinepFileSystem(new NinepFileSystemProvider(), NinepUri.parse("9p://host/?aname=/srv"), client,
                    client.attach("", "", 0));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private interface Question {
        @Nullable
        Object ask(Path path);
    }

    private interface Question2 {
        @Nullable
        Object ask(Path path, Path other);
    }

    @Provide
    Arbitrary<String> paths() {
        Arbitrary<String> name = Arbitraries.of("a", "b", "ab", "ü", ".", "..", "", "a b");
        return name.list().ofMaxSize(6).map(names -> String.join("/", names));
    }

    /** What a path gives, or the kind of exception. */
    private static String outcome(Path path, Question question) {
        try {
            return String.valueOf(question.ask(path));
        } catch (IllegalArgumentException e) {
            return "IllegalArgumentException";
        }
    }

    private static void assertSame(String text, Question question) {
        assertEquals(outcome(Path.of(text), question), outcome(FS.getPath(text), question), text);
    }

    @Property(tries = 500)
    void takesPathsApartAsTheJdkDoes(@ForAll("paths") String text) {
        List<Question> questions = List.of(Path::toString, Path::isAbsolute, Path::getRoot,
                Path::getFileName, Path::getParent, Path::getNameCount, Path::normalize, path -> path.getName(0),
                path -> path.getName(1), path -> path.subpath(0, 2), path -> path.subpath(1, 3),
                path -> path.iterator().hasNext(), path -> path.equals(path.normalize()),
                path -> path.equals(path.resolve("")), path -> path.startsWith(""), path -> path.endsWith(""));
        questions.forEach(question -> assertSame(text, question));
    }

    @Property(tries = 1000)
    void putsPathsTogetherAsTheJdkDoes(@ForAll("paths") String one, @ForAll("paths") String two) {
        List<Question2> questions = List.of(Path::resolve, Path::resolveSibling,
                Path::startsWith, Path::endsWith, Path::equals,
                (a, b) -> a.normalize().relativize(b.normalize()), (a, b) -> Integer.signum(a.compareTo(b)),
                (a, b) -> a.equals(b) && a.hashCode() != b.hashCode());
        questions.forEach(question -> assertSame(one,
                path -> question.ask(path, path.getFileSystem().getPath(two))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"glob:*.java", "glob:*.*", "glob:*.{java,class}", "glob:foo.?", "glob:/home/*/*",
            "glob:/home/**", "glob:**/a", "glob:[a-c]x", "glob:[!a-c]x", "glob:[*?]", "glob:\\*", "glob:a+b(c)|$^",
            "glob:{a,b*}/c", "glob:[-a]", "glob:[a^]", "glob:}", "glob:a,b", "regex:.*\\.java", "GLOB:a"})
    void matchesAsTheJdkDoes(String pattern) {
        PathMatcher theirs = Path.of("").getFileSystem().getPathMatcher(pattern);
        PathMatcher ours = FS.getPathMatcher(pattern);
        for (String text : List.of("a", "b", "x.java", "x.class", "foo.a", "foo.", "/home/a/b", "/home/a",
                "/home/a/b/c",
                "ax", "dx", "*", "?", "a+b(c)|$^", "a/c", "bb/c", "-", "^", "a,b", "}", "x/a", "", "/", "x\ny.java")) {
            assertEquals(theirs.matches(Path.of(text)), ours.matches(FS.getPath(text)), pattern + " of " + text);
        }
    }

    @Test
    void refusesPatternsThatMeanNothing() {
        for (String pattern : List.of("glob:[a", "glob:{a", "glob:{a{b}}", "glob:a\\", "glob:[]", "glob:[a/b]")) {
            assertThrows(PatternSyntaxException.class, () -> FS.getPathMatcher(pattern), pattern);
        }
        assertThrows(IllegalArgumentException.class, () -> FS.getPathMatcher("*"));
        assertThrows(UnsupportedOperationException.class, () -> FS.getPathMatcher("sql:%"));
        assertEquals(false, FS.getPathMatcher("glob:*").matches(Path.of("a")));
    }

    @Test
    void keepsNamesThatAreNotUtf8() {
        String name = "a\udcff\udc80";
        assertEquals(name, String.valueOf(FS.getPath("/d/" + name).getFileName()));
        assertThrows(InvalidPathException.class, () -> FS.getPath("a\ud800"));
        assertThrows(InvalidPathException.class, () -> FS.getPath("a\udc41"));
        assertThrows(InvalidPathException.class, () -> FS.getPath("a\0"));
        assertThrows(IllegalArgumentException.class, () -> FS.getPath(name).toUri());
    }

    @ParameterizedTest
    @CsvSource({"/,ninep:9p://host/?aname=/srv", "a b,ninep:9p://host/a%20b?aname=/srv",
            "/ü/?#,ninep:9p://host/%C3%BC/%3F%23?aname=/srv"})
    void hasAUri(String path, String uri) {
        assertEquals(URI.create(uri), FS.getPath(path).toUri());
    }

    @Test
    void pathsOfOthersAreRefused() {
        Path ours = FS.getPath("/a");
        assertThrows(ProviderMismatchException.class, () -> ours.resolve(Path.of("b")));
        assertThrows(ProviderMismatchException.class, () -> ours.relativize(Path.of("/b")));
        assertEquals(false, ours.startsWith(Path.of("/")));
        assertEquals(false, ours.equals(Path.of("/a")));
    }
}
