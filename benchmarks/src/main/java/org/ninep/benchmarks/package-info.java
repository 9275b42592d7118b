/** JMH benchmarks. */
@NullMarked
package org.ninep.benchmarks;

import org.jspecify.annotations.NullMarked;
