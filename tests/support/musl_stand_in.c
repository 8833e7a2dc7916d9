/* What glibc's libstdc++ asks of its C library and musl does not have; musl.ts uses it. */
typedef unsigned long size_t;
typedef struct locale *locale_t;

size_t strftime_l(char *, size_t, const char *, const void *, locale_t);
long getrandom(void *, size_t, unsigned);

size_t __strftime_l(char *into, size_t size, const char *format, const void *time, locale_t locale)
{
    return strftime_l(into, size, format, time, locale);
}

unsigned arc4random(void)
{
    unsigned number = 0;
    getrandom(&number, sizeof number, 0);
    return number;
}

/* Destructors of a thread's objects are not run at its end. */
int __cxa_thread_atexit_impl(void (*destroy)(void *), void *object, void *library) { return 0; }

char __libc_single_threaded = 0;

/* "Not found": the unwinder then asks dl_iterate_phdr(), which musl has. */
int _dl_find_object(void *address, void *found) { return -1; }

int __cpu_indicator_init(void) { return 0; }
struct { unsigned vendor, type, subtype, features[1]; } __cpu_model;
