/**
 * The programs of this project beside others that do the same, as whole programs: started, loaded and measured from outside,
 * turn and turn about. {@code benchmarks/compare} starts it. Benchmarks of single parts are in {@code org.ninep.benchmarks}.
 */
@NullMarked
package org.ninep.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
