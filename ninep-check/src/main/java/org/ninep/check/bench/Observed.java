package org.ninep.check.bench;

import java.io.IOException;

/** How a check ended other than well. Immutable. */
public final class Observed extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean skipped;

    private Observed(boolean skipped, String what) {
        super(what);
        this.skipped = skipped;
    }

    /** The server did what it must not, or did not what it must. */
    public static Observed failed(String seen) {
        return new Observed(false, seen);
    }

    /** There was nothing to judge. */
    public static Observed skipped(String reason) {
        return new Observed(true, reason);
    }

    /** Whether there was nothing to judge. */
    public boolean isSkipped() {
        return skipped;
    }

    /** Fails the check unless the condition holds. */
    public static void require(boolean condition, String otherwise) throws Observed {
        if (!condition) {
            throw failed(otherwise);
        }
    }

    /** Fails the check unless both are equal. */
    public static void same(Object expected, Object seen, String what) throws Observed {
        if (!expected.equals(seen)) {
            throw failed(what + ": " + seen + " instead of " + expected);
        }
    }
}
