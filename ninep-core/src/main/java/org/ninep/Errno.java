package org.ninep;

import java.io.Serializable;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A Linux error number, as Rlerror carries it: {@code size[4] Rlerror tag[2] ecode[4]}. Any number is allowed; one that
 * has no name here keeps its value.
 *
 * <p>
 * Immutable.
 *
 * @param number the number, unsigned 32 bits on the wire
 */
public record Errno(int number) implements Serializable {
    /** 1: operation not permitted. */
    public static final Errno EPERM = new Errno(1);
    /** 2: no such file or directory. */
    public static final Errno ENOENT = new Errno(2);
    /** 3: no such process. */
    public static final Errno ESRCH = new Errno(3);
    /** 4: interrupted system call. */
    public static final Errno EINTR = new Errno(4);
    /** 5: input/output error. */
    public static final Errno EIO = new Errno(5);
    /** 6: no such device or address. */
    public static final Errno ENXIO = new Errno(6);
    /** 7: argument list too long. */
    public static final Errno E2BIG = new Errno(7);
    /** 8: exec format error. */
    public static final Errno ENOEXEC = new Errno(8);
    /** 9: bad file descriptor. */
    public static final Errno EBADF = new Errno(9);
    /** 10: no child processes. */
    public static final Errno ECHILD = new Errno(10);
    /** 11: resource temporarily unavailable. */
    public static final Errno EAGAIN = new Errno(11);
    /** 12: cannot allocate memory. */
    public static final Errno ENOMEM = new Errno(12);
    /** 13: permission denied. */
    public static final Errno EACCES = new Errno(13);
    /** 14: bad address. */
    public static final Errno EFAULT = new Errno(14);
    /** 15: block device required. */
    public static final Errno ENOTBLK = new Errno(15);
    /** 16: device or resource busy. */
    public static final Errno EBUSY = new Errno(16);
    /** 17: file exists. */
    public static final Errno EEXIST = new Errno(17);
    /** 18: invalid cross-device link. */
    public static final Errno EXDEV = new Errno(18);
    /** 19: no such device. */
    public static final Errno ENODEV = new Errno(19);
    /** 20: not a directory. */
    public static final Errno ENOTDIR = new Errno(20);
    /** 21: is a directory. */
    public static final Errno EISDIR = new Errno(21);
    /** 22: invalid argument. */
    public static final Errno EINVAL = new Errno(22);
    /** 23: too many open files in system. */
    public static final Errno ENFILE = new Errno(23);
    /** 24: too many open files. */
    public static final Errno EMFILE = new Errno(24);
    /** 25: inappropriate ioctl for device. */
    public static final Errno ENOTTY = new Errno(25);
    /** 26: text file busy. */
    public static final Errno ETXTBSY = new Errno(26);
    /** 27: file too large. */
    public static final Errno EFBIG = new Errno(27);
    /** 28: no space left on device. */
    public static final Errno ENOSPC = new Errno(28);
    /** 29: illegal seek. */
    public static final Errno ESPIPE = new Errno(29);
    /** 30: read-only file system. */
    public static final Errno EROFS = new Errno(30);
    /** 31: too many links. */
    public static final Errno EMLINK = new Errno(31);
    /** 32: broken pipe. */
    public static final Errno EPIPE = new Errno(32);
    /** 33: numerical argument out of domain. */
    public static final Errno EDOM = new Errno(33);
    /** 34: numerical result out of range. */
    public static final Errno ERANGE = new Errno(34);
    /** 35: resource deadlock avoided. */
    public static final Errno EDEADLK = new Errno(35);
    /** 36: file name too long. */
    public static final Errno ENAMETOOLONG = new Errno(36);
    /** 37: no locks available. */
    public static final Errno ENOLCK = new Errno(37);
    /** 38: function not implemented. */
    public static final Errno ENOSYS = new Errno(38);
    /** 39: directory not empty. */
    public static final Errno ENOTEMPTY = new Errno(39);
    /** 40: too many levels of symbolic links. */
    public static final Errno ELOOP = new Errno(40);
    /** 42: no message of desired type. */
    public static final Errno ENOMSG = new Errno(42);
    /** 43: identifier removed. */
    public static final Errno EIDRM = new Errno(43);
    /** 44: channel number out of range. */
    public static final Errno ECHRNG = new Errno(44);
    /** 45: level 2 not synchronized. */
    public static final Errno EL2NSYNC = new Errno(45);
    /** 46: level 3 halted. */
    public static final Errno EL3HLT = new Errno(46);
    /** 47: level 3 reset. */
    public static final Errno EL3RST = new Errno(47);
    /** 48: link number out of range. */
    public static final Errno ELNRNG = new Errno(48);
    /** 49: protocol driver not attached. */
    public static final Errno EUNATCH = new Errno(49);
    /** 50: no CSI structure available. */
    public static final Errno ENOCSI = new Errno(50);
    /** 51: level 2 halted. */
    public static final Errno EL2HLT = new Errno(51);
    /** 52: invalid exchange. */
    public static final Errno EBADE = new Errno(52);
    /** 53: invalid request descriptor. */
    public static final Errno EBADR = new Errno(53);
    /** 54: exchange full. */
    public static final Errno EXFULL = new Errno(54);
    /** 55: no anode. */
    public static final Errno ENOANO = new Errno(55);
    /** 56: invalid request code. */
    public static final Errno EBADRQC = new Errno(56);
    /** 57: invalid slot. */
    public static final Errno EBADSLT = new Errno(57);
    /** 59: bad font file format. */
    public static final Errno EBFONT = new Errno(59);
    /** 60: device not a stream. */
    public static final Errno ENOSTR = new Errno(60);
    /** 61: no data available. */
    public static final Errno ENODATA = new Errno(61);
    /** 62: timer expired. */
    public static final Errno ETIME = new Errno(62);
    /** 63: out of streams resources. */
    public static final Errno ENOSR = new Errno(63);
    /** 64: machine is not on the network. */
    public static final Errno ENONET = new Errno(64);
    /** 65: package not installed. */
    public static final Errno ENOPKG = new Errno(65);
    /** 66: object is remote. */
    public static final Errno EREMOTE = new Errno(66);
    /** 67: link has been severed. */
    public static final Errno ENOLINK = new Errno(67);
    /** 68: advertise error. */
    public static final Errno EADV = new Errno(68);
    /** 69: Srmount error. */
    public static final Errno ESRMNT = new Errno(69);
    /** 70: communication error on send. */
    public static final Errno ECOMM = new Errno(70);
    /** 71: protocol error. */
    public static final Errno EPROTO = new Errno(71);
    /** 72: multihop attempted. */
    public static final Errno EMULTIHOP = new Errno(72);
    /** 73: RFS specific error. */
    public static final Errno EDOTDOT = new Errno(73);
    /** 74: bad message. */
    public static final Errno EBADMSG = new Errno(74);
    /** 75: value too large for defined data type. */
    public static final Errno EOVERFLOW = new Errno(75);
    /** 76: name not unique on network. */
    public static final Errno ENOTUNIQ = new Errno(76);
    /** 77: file descriptor in bad state. */
    public static final Errno EBADFD = new Errno(77);
    /** 78: remote address changed. */
    public static final Errno EREMCHG = new Errno(78);
    /** 79: can not access a needed shared library. */
    public static final Errno ELIBACC = new Errno(79);
    /** 80: accessing a corrupted shared library. */
    public static final Errno ELIBBAD = new Errno(80);
    /** 81: .lib section in a.out corrupted. */
    public static final Errno ELIBSCN = new Errno(81);
    /** 82: attempting to link in too many shared libraries. */
    public static final Errno ELIBMAX = new Errno(82);
    /** 83: cannot exec a shared library directly. */
    public static final Errno ELIBEXEC = new Errno(83);
    /** 84: invalid or incomplete multibyte or wide character. */
    public static final Errno EILSEQ = new Errno(84);
    /** 85: interrupted system call should be restarted. */
    public static final Errno ERESTART = new Errno(85);
    /** 86: streams pipe error. */
    public static final Errno ESTRPIPE = new Errno(86);
    /** 87: too many users. */
    public static final Errno EUSERS = new Errno(87);
    /** 88: socket operation on non-socket. */
    public static final Errno ENOTSOCK = new Errno(88);
    /** 89: destination address required. */
    public static final Errno EDESTADDRREQ = new Errno(89);
    /** 90: message too long. */
    public static final Errno EMSGSIZE = new Errno(90);
    /** 91: protocol wrong type for socket. */
    public static final Errno EPROTOTYPE = new Errno(91);
    /** 92: protocol not available. */
    public static final Errno ENOPROTOOPT = new Errno(92);
    /** 93: protocol not supported. */
    public static final Errno EPROTONOSUPPORT = new Errno(93);
    /** 94: socket type not supported. */
    public static final Errno ESOCKTNOSUPPORT = new Errno(94);
    /** 95: operation not supported. */
    public static final Errno EOPNOTSUPP = new Errno(95);
    /** 96: protocol family not supported. */
    public static final Errno EPFNOSUPPORT = new Errno(96);
    /** 97: address family not supported by protocol. */
    public static final Errno EAFNOSUPPORT = new Errno(97);
    /** 98: address already in use. */
    public static final Errno EADDRINUSE = new Errno(98);
    /** 99: cannot assign requested address. */
    public static final Errno EADDRNOTAVAIL = new Errno(99);
    /** 100: network is down. */
    public static final Errno ENETDOWN = new Errno(100);
    /** 101: network is unreachable. */
    public static final Errno ENETUNREACH = new Errno(101);
    /** 102: network dropped connection on reset. */
    public static final Errno ENETRESET = new Errno(102);
    /** 103: software caused connection abort. */
    public static final Errno ECONNABORTED = new Errno(103);
    /** 104: connection reset by peer. */
    public static final Errno ECONNRESET = new Errno(104);
    /** 105: no buffer space available. */
    public static final Errno ENOBUFS = new Errno(105);
    /** 106: transport endpoint is already connected. */
    public static final Errno EISCONN = new Errno(106);
    /** 107: transport endpoint is not connected. */
    public static final Errno ENOTCONN = new Errno(107);
    /** 108: cannot send after transport endpoint shutdown. */
    public static final Errno ESHUTDOWN = new Errno(108);
    /** 109: too many references: cannot splice. */
    public static final Errno ETOOMANYREFS = new Errno(109);
    /** 110: connection timed out. */
    public static final Errno ETIMEDOUT = new Errno(110);
    /** 111: connection refused. */
    public static final Errno ECONNREFUSED = new Errno(111);
    /** 112: host is down. */
    public static final Errno EHOSTDOWN = new Errno(112);
    /** 113: no route to host. */
    public static final Errno EHOSTUNREACH = new Errno(113);
    /** 114: operation already in progress. */
    public static final Errno EALREADY = new Errno(114);
    /** 115: operation now in progress. */
    public static final Errno EINPROGRESS = new Errno(115);
    /** 116: stale file handle. */
    public static final Errno ESTALE = new Errno(116);
    /** 117: structure needs cleaning. */
    public static final Errno EUCLEAN = new Errno(117);
    /** 118: not a XENIX named type file. */
    public static final Errno ENOTNAM = new Errno(118);
    /** 119: no XENIX semaphores available. */
    public static final Errno ENAVAIL = new Errno(119);
    /** 120: is a named type file. */
    public static final Errno EISNAM = new Errno(120);
    /** 121: remote I/O error. */
    public static final Errno EREMOTEIO = new Errno(121);
    /** 122: disk quota exceeded. */
    public static final Errno EDQUOT = new Errno(122);
    /** 123: no medium found. */
    public static final Errno ENOMEDIUM = new Errno(123);
    /** 124: wrong medium type. */
    public static final Errno EMEDIUMTYPE = new Errno(124);
    /** 125: operation canceled. */
    public static final Errno ECANCELED = new Errno(125);
    /** 126: required key not available. */
    public static final Errno ENOKEY = new Errno(126);
    /** 127: key has expired. */
    public static final Errno EKEYEXPIRED = new Errno(127);
    /** 128: key has been revoked. */
    public static final Errno EKEYREVOKED = new Errno(128);
    /** 129: key was rejected by service. */
    public static final Errno EKEYREJECTED = new Errno(129);
    /** 130: owner died. */
    public static final Errno EOWNERDEAD = new Errno(130);
    /** 131: state not recoverable. */
    public static final Errno ENOTRECOVERABLE = new Errno(131);
    /** 132: operation not possible due to RF-kill. */
    public static final Errno ERFKILL = new Errno(132);

    private record Name(int number, String name, String description) {
        static Name parse(String line) {
            String[] parts = line.split(" ", 3);
            return new Name(Integer.parseInt(parts[0]), parts[1], parts[2]);
        }
    }

    private static final Map<Integer, Name> NAMES = """
            1 EPERM operation not permitted
            2 ENOENT no such file or directory
            3 ESRCH no such process
            4 EINTR interrupted system call
            5 EIO input/output error
            6 ENXIO no such device or address
            7 E2BIG argument list too long
            8 ENOEXEC exec format error
            9 EBADF bad file descriptor
            10 ECHILD no child processes
            11 EAGAIN resource temporarily unavailable
            12 ENOMEM cannot allocate memory
            13 EACCES permission denied
            14 EFAULT bad address
            15 ENOTBLK block device required
            16 EBUSY device or resource busy
            17 EEXIST file exists
            18 EXDEV invalid cross-device link
            19 ENODEV no such device
            20 ENOTDIR not a directory
            21 EISDIR is a directory
            22 EINVAL invalid argument
            23 ENFILE too many open files in system
            24 EMFILE too many open files
            25 ENOTTY inappropriate ioctl for device
            26 ETXTBSY text file busy
            27 EFBIG file too large
            28 ENOSPC no space left on device
            29 ESPIPE illegal seek
            30 EROFS read-only file system
            31 EMLINK too many links
            32 EPIPE broken pipe
            33 EDOM numerical argument out of domain
            34 ERANGE numerical result out of range
            35 EDEADLK resource deadlock avoided
            36 ENAMETOOLONG file name too long
            37 ENOLCK no locks available
            38 ENOSYS function not implemented
            39 ENOTEMPTY directory not empty
            40 ELOOP too many levels of symbolic links
            42 ENOMSG no message of desired type
            43 EIDRM identifier removed
            44 ECHRNG channel number out of range
            45 EL2NSYNC level 2 not synchronized
            46 EL3HLT level 3 halted
            47 EL3RST level 3 reset
            48 ELNRNG link number out of range
            49 EUNATCH protocol driver not attached
            50 ENOCSI no CSI structure available
            51 EL2HLT level 2 halted
            52 EBADE invalid exchange
            53 EBADR invalid request descriptor
            54 EXFULL exchange full
            55 ENOANO no anode
            56 EBADRQC invalid request code
            57 EBADSLT invalid slot
            59 EBFONT bad font file format
            60 ENOSTR device not a stream
            61 ENODATA no data available
            62 ETIME timer expired
            63 ENOSR out of streams resources
            64 ENONET machine is not on the network
            65 ENOPKG package not installed
            66 EREMOTE object is remote
            67 ENOLINK link has been severed
            68 EADV advertise error
            69 ESRMNT Srmount error
            70 ECOMM communication error on send
            71 EPROTO protocol error
            72 EMULTIHOP multihop attempted
            73 EDOTDOT RFS specific error
            74 EBADMSG bad message
            75 EOVERFLOW value too large for defined data type
            76 ENOTUNIQ name not unique on network
            77 EBADFD file descriptor in bad state
            78 EREMCHG remote address changed
            79 ELIBACC can not access a needed shared library
            80 ELIBBAD accessing a corrupted shared library
            81 ELIBSCN .lib section in a.out corrupted
            82 ELIBMAX attempting to link in too many shared libraries
            83 ELIBEXEC cannot exec a shared library directly
            84 EILSEQ invalid or incomplete multibyte or wide character
            85 ERESTART interrupted system call should be restarted
            86 ESTRPIPE streams pipe error
            87 EUSERS too many users
            88 ENOTSOCK socket operation on non-socket
            89 EDESTADDRREQ destination address required
            90 EMSGSIZE message too long
            91 EPROTOTYPE protocol wrong type for socket
            92 ENOPROTOOPT protocol not available
            93 EPROTONOSUPPORT protocol not supported
            94 ESOCKTNOSUPPORT socket type not supported
            95 EOPNOTSUPP operation not supported
            96 EPFNOSUPPORT protocol family not supported
            97 EAFNOSUPPORT address family not supported by protocol
            98 EADDRINUSE address already in use
            99 EADDRNOTAVAIL cannot assign requested address
            100 ENETDOWN network is down
            101 ENETUNREACH network is unreachable
            102 ENETRESET network dropped connection on reset
            103 ECONNABORTED software caused connection abort
            104 ECONNRESET connection reset by peer
            105 ENOBUFS no buffer space available
            106 EISCONN transport endpoint is already connected
            107 ENOTCONN transport endpoint is not connected
            108 ESHUTDOWN cannot send after transport endpoint shutdown
            109 ETOOMANYREFS too many references: cannot splice
            110 ETIMEDOUT connection timed out
            111 ECONNREFUSED connection refused
            112 EHOSTDOWN host is down
            113 EHOSTUNREACH no route to host
            114 EALREADY operation already in progress
            115 EINPROGRESS operation now in progress
            116 ESTALE stale file handle
            117 EUCLEAN structure needs cleaning
            118 ENOTNAM not a XENIX named type file
            119 ENAVAIL no XENIX semaphores available
            120 EISNAM is a named type file
            121 EREMOTEIO remote I/O error
            122 EDQUOT disk quota exceeded
            123 ENOMEDIUM no medium found
            124 EMEDIUMTYPE wrong medium type
            125 ECANCELED operation canceled
            126 ENOKEY required key not available
            127 EKEYEXPIRED key has expired
            128 EKEYREVOKED key has been revoked
            129 EKEYREJECTED key was rejected by service
            130 EOWNERDEAD owner died
            131 ENOTRECOVERABLE state not recoverable
            132 ERFKILL operation not possible due to RF-kill
            """.lines().map(Name::parse).collect(Collectors.toUnmodifiableMap(Name::number, Function.identity()));

    /** The kernel's name for the number ({@code ENOENT}), or {@code errno 4711} for one without a name. */
    @Override
    public String toString() {
        Name name = NAMES.get(number);
        return name == null ? "errno " + Integer.toUnsignedString(number) : name.name();
    }

    /** What the number means, in a few words of English. */
    public String description() {
        Name name = NAMES.get(number);
        return name == null ? "unknown error" : name.description();
    }
}
