package org.ninep.testguard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Writes a line for each test, and for each class of tests, that was disabled or whose assumption failed, to the file
 * that the system property {@code ninep.skippedTests} names. The build reads it where every peer is required: a class
 * whose {@code @BeforeAll} gave up leaves no trace in surefire's reports.
 *
 * <p>Thread-safe.
 */
public final class SkippedTests implements TestExecutionListener {

    private final @Nullable Path file;

    /** For the service loader. */
    public SkippedTests() {
        this(System.getProperty("ninep.skippedTests"));
    }

    SkippedTests(@Nullable String file) {
        this.file = file == null ? null : Path.of(file);
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        write(test, reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == Status.ABORTED) {
            write(test, result.getThrowable().map(Throwable::getMessage).orElse("aborted"));
        }
    }

    private synchronized void write(TestIdentifier test, String reason) {
        if (file == null) {
            return;
        }
        try {
            Files.writeString(file, test.getUniqueId() + ": " + reason.lines().findFirst().orElse("") + "\n",
                    StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
