package org.ninep.nbd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLClassLoader;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.server.DirectoryTree;
import org.ninep.server.Server;

/** The Java in README and guide compiles, and runs against a server. */
class DocumentationTest {
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Path ROOT = Path.of(System.getProperty("ninep.root"));
    private static final Duration LONGEST = Duration.ofSeconds(60);

    @TempDir
    Path work;

    @TestFactory
    Stream<DynamicTest> runsAsItStands() throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        for (String document : List.of("README.md", "docs/guide.md")) {
            List<String> blocks = BLOCK.matcher(Files.readString(ROOT.resolve(document))).results()
                    .map((MatchResult block) -> block.group(1)).toList();
            assertFalse(blocks.isEmpty(), document);
            for (int i = 0; i < blocks.size(); i++) {
                String block = blocks.get(i);
                tests.add(DynamicTest.dynamicTest(document + " " + (i + 1),
                        () -> Assertions.assertTimeoutPreemptively(LONGEST, () -> runBlock(block))));
            }
        }
        return tests.stream();
    }

    private void runBlock(String block) throws Exception {
        Path directory = Files.createTempDirectory(work, "images-5640-10809-");
        Files.write(directory.resolve("root.squashfs"), new byte[8192]);
        Path socket = Files.createTempDirectory(work, "").resolve("9p.sock");
        try (Server server = Server.builder()
                .export("/srv/images", DirectoryTree.builder(directory).readWrite().build()).build()) {
            var tcp = (InetSocketAddress) server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            server.listen(UnixDomainSocketAddress.of(socket));
            // Ports first: what is put in has digits of its own.
            String here = block.replace("5640", "0").replace("10809", "0")
                    .replace("//server/", "//127.0.0.1:" + tcp.getPort() + "/")
                    .replace("/run/diod.sock", socket.toString())
                    .replace("Path.of(\"/srv/images\")", "Path.of(\"" + directory + "\")");
            String uri = "9p://127.0.0.1:" + tcp.getPort() + "/root.squashfs?aname=/srv/images";
            compileAndRun(
                    here.contains("NinepUri uri =") ? here : "NinepUri uri = NinepUri.parse(\"" + uri + "\");" + here);
        }
    }

    private void compileAndRun(String statements) throws Exception {
        Path classes = Files.createTempDirectory(work, "classes");
        String source = """
                import java.net.*;
                import java.nio.ByteBuffer;
                import java.nio.file.*;
                import java.time.Duration;
                import java.util.List;
                import java.util.Map;
                import java.util.stream.Stream;
                import org.ninep.client.*;
                import org.ninep.message.*;
                import org.ninep.munge.*;
                import org.ninep.nbd.*;
                import org.ninep.resilient.*;
                import org.ninep.server.*;
                import org.ninep.transport.*;
                public class Snippet implements java.util.concurrent.Callable<String> {
                    public String call() throws Exception {
                """ + statements + "return \"\"; } }";
        StringWriter messages = new StringWriter();
        boolean compiled = ToolProvider.getSystemJavaCompiler().getTask(messages, null, null,
                List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none"), null,
                List.of(new InMemory(source))).call();
        assertEquals("", compiled ? "" : messages.toString());
        try (URLClassLoader loader = new URLClassLoader(new java.net.URL[]{classes.toUri().toURL()})) {
            Object snippet = loader.loadClass("Snippet").getDeclaredConstructor().newInstance();
            ((java.util.concurrent.Callable<?>) snippet).call();
        }
    }

    private static final class InMemory extends SimpleJavaFileObject {
        private final String source;

        InMemory(String source) {
            super(URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE);
            this.source = source;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
        }
    }
}
