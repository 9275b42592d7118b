package org.ninep.posix;

/**
 * The numbers in which Linux' architectures differ.
 *
 * <p>
 * Immutable.
 */
enum Architecture {
    X86_64(0200000, 0400000, 259, 116), AARCH64(040000, 0100000, 33, 159), RISCV64(0200000, 0400000, 33, 159);

    final int directory;
    final int nofollow;
    final int mknodat;
    final int setgroups;

    /**
     * @param directory O_DIRECTORY
     * @param nofollow O_NOFOLLOW
     * @param mknodat number of the system call
     * @param setgroups number of the system call
     */
    Architecture(int directory, int nofollow, int mknodat, int setgroups) {
        this.directory = directory;
        this.nofollow = nofollow;
        this.mknodat = mknodat;
        this.setgroups = setgroups;
    }

    /** @throws UnsupportedOperationException if this is none of them */
    static Architecture current() {
        String system = System.getProperty("os.name");
        String architecture = System.getProperty("os.arch");
        return switch (system.equals("Linux") ? architecture : "") {
            case "amd64" -> X86_64;
            case "aarch64" -> AARCH64;
            case "riscv64" -> RISCV64;
            default -> throw new UnsupportedOperationException(
                    "Linux on x86-64, aarch64 or riscv64 is needed, this is " + system + " on " + architecture);
        };
    }
}
