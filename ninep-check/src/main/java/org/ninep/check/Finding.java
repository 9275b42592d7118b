package org.ninep.check;

/**
 * What a check found.
 *
 * <p>
 * Immutable.
 *
 * @param check what was asked
 * @param verdict what it came to
 * @param seen what was seen instead of what is expected, or why the check was skipped; empty if it is {@link Verdict#OK}
 */
public record Finding(Check check, Verdict verdict, String seen) {
    @Override
    public String toString() {
        return verdict + " " + check.id() + (seen.isEmpty() ? "" : ": " + seen);
    }
}
