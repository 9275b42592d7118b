/**
 * The conformance kit: {@link org.ninep.check.Conformance} runs checks against a 9P2000.L server, whoever wrote it, and
 * gives a {@link org.ninep.check.Report}. Only what callers see lives here; what checks are made of is in {@code bench}, the
 * checks themselves are in {@code suite}.
 */
@NullMarked
package org.ninep.check;

import org.jspecify.annotations.NullMarked;
