package org.ninep.testguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class SkippedTestsTest {

    @TempDir
    Path directory;

    @Test
    void namesDisabledTests() throws IOException {
        var line = onlyLine(OneDisabled.class);
        assertTrue(line.contains("disabled()]") && line.endsWith(": because"), line);
    }

    @Test
    void namesTestsWhoseAssumptionFailed() throws IOException {
        var line = onlyLine(OneAborted.class);
        assertTrue(line.contains("aborted()]") && line.endsWith(": no peer"), line);
    }

    @Test
    void namesClassesWhoseAssumptionFailed() throws IOException {
        var line = onlyLine(AllAborted.class);
        assertTrue(line.contains("AllAborted]") && line.endsWith(": no peer"), line);
    }

    @Test
    void writesNothingIfEveryTestRan() throws IOException {
        run(Passing.class);
        assertFalse(Files.exists(file()));
    }

    private String onlyLine(Class<?> tests) throws IOException {
        run(tests);
        List<String> lines = Files.readAllLines(file());
        assertEquals(1, lines.size(), lines::toString);
        return lines.getFirst();
    }

    private void run(Class<?> tests) {
        var config = LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false)
                .addTestExecutionListeners(new SkippedTests(file().toString())).build();
        LauncherFactory.create(config)
                .execute(LauncherDiscoveryRequestBuilder.request().selectors(selectClass(tests)).build());
    }

    private Path file() {
        return directory.resolve("skipped.txt");
    }

    static class Passing {
        @Test
        void passes() {}
    }

    static class OneDisabled extends Passing {
        @Test
        @Disabled("because")
        void disabled() {}
    }

    static class OneAborted extends Passing {
        @Test
        void aborted() {
            abort("no peer");
        }
    }

    static class AllAborted extends Passing {
        @BeforeAll
        static void giveUp() {
            abort("no peer");
        }
    }
}
