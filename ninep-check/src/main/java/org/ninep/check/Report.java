package org.ninep.check;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a run found.
 *
 * <p>
 * Immutable.
 *
 * @param endpoint the server, for people
 * @param findings one for each check, in the order in which they were done
 */
public record Report(String endpoint, List<Finding> findings) {
    public Report {
        findings = List.copyOf(findings);
    }

    /** The findings with that verdict. */
    public List<Finding> with(Verdict verdict) {
        return findings.stream().filter(finding -> finding.verdict() == verdict).toList();
    }

    /** Whether nothing failed. */
    public boolean passed() {
        return with(Verdict.FAILED).isEmpty();
    }

    /** What differs or failed, a line each; for the message of a test. */
    @Override
    public String toString() {
        return findings.stream()
                .filter(finding -> finding.verdict() == Verdict.FAILED || finding.verdict() == Verdict.DIFFERS)
                .map(finding -> finding + "\n    expected: " + finding.check().expected())
                .collect(Collectors.joining("\n", endpoint + ": " + (passed() ? "passed" : "failed") + "\n", ""));
    }
}
