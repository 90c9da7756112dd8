/*
 * Every function of libuv 1.44.2 that is not simulated yet: calling one says
 * its name and its caller's place, and aborts, so that the explorer reports
 * it. Nothing is silently let through to the real library.
 *
 * Whoever simulates one takes it out of the list; a test compares all that is
 * defined with what libuv exports. uv.h is not included: symbols are enough.
 */
#include <heddle/api.h>
#include <stdio.h>
#include <stdlib.h>

#define UNMODELLED(X)                                                          \
    X(uv_accept)                                                               \
    X(uv_available_parallelism)                                                \
    X(uv_barrier_destroy)                                                      \
    X(uv_barrier_init)                                                         \
    X(uv_barrier_wait)                                                         \
    X(uv_cancel)                                                               \
    X(uv_chdir)                                                                \
    X(uv_cond_broadcast)                                                       \
    X(uv_cond_destroy)                                                         \
    X(uv_cond_init)                                                            \
    X(uv_cond_signal)                                                          \
    X(uv_cond_timedwait)                                                       \
    X(uv_cond_wait)                                                            \
    X(uv_cpu_info)                                                             \
    X(uv_cwd)                                                                  \
    X(uv_disable_stdio_inheritance)                                            \
    X(uv_dlclose)                                                              \
    X(uv_dlerror)                                                              \
    X(uv_dlopen)                                                               \
    X(uv_dlsym)                                                                \
    X(uv_exepath)                                                              \
    X(uv_fileno)                                                               \
    X(uv_free_cpu_info)                                                        \
    X(uv_free_interface_addresses)                                             \
    X(uv_freeaddrinfo)                                                         \
    X(uv_fs_access)                                                            \
    X(uv_fs_chmod)                                                             \
    X(uv_fs_chown)                                                             \
    X(uv_fs_close)                                                             \
    X(uv_fs_closedir)                                                          \
    X(uv_fs_copyfile)                                                          \
    X(uv_fs_event_getpath)                                                     \
    X(uv_fs_event_init)                                                        \
    X(uv_fs_event_start)                                                       \
    X(uv_fs_event_stop)                                                        \
    X(uv_fs_fchmod)                                                            \
    X(uv_fs_fchown)                                                            \
    X(uv_fs_fdatasync)                                                         \
    X(uv_fs_fstat)                                                             \
    X(uv_fs_fsync)                                                             \
    X(uv_fs_ftruncate)                                                         \
    X(uv_fs_futime)                                                            \
    X(uv_fs_get_path)                                                          \
    X(uv_fs_get_ptr)                                                           \
    X(uv_fs_get_result)                                                        \
    X(uv_fs_get_statbuf)                                                       \
    X(uv_fs_get_system_error)                                                  \
    X(uv_fs_get_type)                                                          \
    X(uv_fs_lchown)                                                            \
    X(uv_fs_link)                                                              \
    X(uv_fs_lstat)                                                             \
    X(uv_fs_lutime)                                                            \
    X(uv_fs_mkdir)                                                             \
    X(uv_fs_mkdtemp)                                                           \
    X(uv_fs_mkstemp)                                                           \
    X(uv_fs_open)                                                              \
    X(uv_fs_opendir)                                                           \
    X(uv_fs_poll_getpath)                                                      \
    X(uv_fs_poll_init)                                                         \
    X(uv_fs_poll_start)                                                        \
    X(uv_fs_poll_stop)                                                         \
    X(uv_fs_read)                                                              \
    X(uv_fs_readdir)                                                           \
    X(uv_fs_readlink)                                                          \
    X(uv_fs_realpath)                                                          \
    X(uv_fs_rename)                                                            \
    X(uv_fs_req_cleanup)                                                       \
    X(uv_fs_rmdir)                                                             \
    X(uv_fs_scandir)                                                           \
    X(uv_fs_scandir_next)                                                      \
    X(uv_fs_sendfile)                                                          \
    X(uv_fs_stat)                                                              \
    X(uv_fs_statfs)                                                            \
    X(uv_fs_symlink)                                                           \
    X(uv_fs_unlink)                                                            \
    X(uv_fs_utime)                                                             \
    X(uv_fs_write)                                                             \
    X(uv_get_constrained_memory)                                               \
    X(uv_get_free_memory)                                                      \
    X(uv_get_osfhandle)                                                        \
    X(uv_get_process_title)                                                    \
    X(uv_get_total_memory)                                                     \
    X(uv_getaddrinfo)                                                          \
    X(uv_getnameinfo)                                                          \
    X(uv_getrusage)                                                            \
    X(uv_guess_handle)                                                         \
    X(uv_if_indextoiid)                                                        \
    X(uv_if_indextoname)                                                       \
    X(uv_inet_ntop)                                                            \
    X(uv_inet_pton)                                                            \
    X(uv_interface_addresses)                                                  \
    X(uv_ip4_addr)                                                             \
    X(uv_ip4_name)                                                             \
    X(uv_ip6_addr)                                                             \
    X(uv_ip6_name)                                                             \
    X(uv_ip_name)                                                              \
    X(uv_is_readable)                                                          \
    X(uv_is_writable)                                                          \
    X(uv_key_create)                                                           \
    X(uv_key_delete)                                                           \
    X(uv_key_get)                                                              \
    X(uv_key_set)                                                              \
    X(uv_kill)                                                                 \
    X(uv_listen)                                                               \
    X(uv_loadavg)                                                              \
    X(uv_loop_fork)                                                            \
    X(uv_mutex_destroy)                                                        \
    X(uv_mutex_init)                                                           \
    X(uv_mutex_init_recursive)                                                 \
    X(uv_mutex_lock)                                                           \
    X(uv_mutex_trylock)                                                        \
    X(uv_mutex_unlock)                                                         \
    X(uv_once)                                                                 \
    X(uv_open_osfhandle)                                                       \
    X(uv_os_environ)                                                           \
    X(uv_os_free_environ)                                                      \
    X(uv_os_free_passwd)                                                       \
    X(uv_os_get_passwd)                                                        \
    X(uv_os_getenv)                                                            \
    X(uv_os_gethostname)                                                       \
    X(uv_os_getpid)                                                            \
    X(uv_os_getppid)                                                           \
    X(uv_os_getpriority)                                                       \
    X(uv_os_homedir)                                                           \
    X(uv_os_setenv)                                                            \
    X(uv_os_setpriority)                                                       \
    X(uv_os_tmpdir)                                                            \
    X(uv_os_uname)                                                             \
    X(uv_os_unsetenv)                                                          \
    X(uv_pipe)                                                                 \
    X(uv_pipe_bind)                                                            \
    X(uv_pipe_chmod)                                                           \
    X(uv_pipe_connect)                                                         \
    X(uv_pipe_getpeername)                                                     \
    X(uv_pipe_getsockname)                                                     \
    X(uv_pipe_init)                                                            \
    X(uv_pipe_open)                                                            \
    X(uv_pipe_pending_count)                                                   \
    X(uv_pipe_pending_instances)                                               \
    X(uv_pipe_pending_type)                                                    \
    X(uv_poll_init)                                                            \
    X(uv_poll_init_socket)                                                     \
    X(uv_poll_start)                                                           \
    X(uv_poll_stop)                                                            \
    X(uv_process_get_pid)                                                      \
    X(uv_process_kill)                                                         \
    X(uv_queue_work)                                                           \
    X(uv_random)                                                               \
    X(uv_read_start)                                                           \
    X(uv_read_stop)                                                            \
    X(uv_recv_buffer_size)                                                     \
    X(uv_resident_set_memory)                                                  \
    X(uv_rwlock_destroy)                                                       \
    X(uv_rwlock_init)                                                          \
    X(uv_rwlock_rdlock)                                                        \
    X(uv_rwlock_rdunlock)                                                      \
    X(uv_rwlock_tryrdlock)                                                     \
    X(uv_rwlock_trywrlock)                                                     \
    X(uv_rwlock_wrlock)                                                        \
    X(uv_rwlock_wrunlock)                                                      \
    X(uv_sem_destroy)                                                          \
    X(uv_sem_init)                                                             \
    X(uv_sem_post)                                                             \
    X(uv_sem_trywait)                                                          \
    X(uv_sem_wait)                                                             \
    X(uv_send_buffer_size)                                                     \
    X(uv_set_process_title)                                                    \
    X(uv_setup_args)                                                           \
    X(uv_shutdown)                                                             \
    X(uv_signal_init)                                                          \
    X(uv_signal_start)                                                         \
    X(uv_signal_start_oneshot)                                                 \
    X(uv_signal_stop)                                                          \
    X(uv_socketpair)                                                           \
    X(uv_spawn)                                                                \
    X(uv_stream_get_write_queue_size)                                          \
    X(uv_stream_set_blocking)                                                  \
    X(uv_tcp_bind)                                                             \
    X(uv_tcp_close_reset)                                                      \
    X(uv_tcp_connect)                                                          \
    X(uv_tcp_getpeername)                                                      \
    X(uv_tcp_getsockname)                                                      \
    X(uv_tcp_init)                                                             \
    X(uv_tcp_init_ex)                                                          \
    X(uv_tcp_keepalive)                                                        \
    X(uv_tcp_nodelay)                                                          \
    X(uv_tcp_open)                                                             \
    X(uv_tcp_simultaneous_accepts)                                             \
    X(uv_thread_create)                                                        \
    X(uv_thread_create_ex)                                                     \
    X(uv_thread_equal)                                                         \
    X(uv_thread_join)                                                          \
    X(uv_thread_self)                                                          \
    X(uv_try_write)                                                            \
    X(uv_try_write2)                                                           \
    X(uv_tty_get_vterm_state)                                                  \
    X(uv_tty_get_winsize)                                                      \
    X(uv_tty_init)                                                             \
    X(uv_tty_reset_mode)                                                       \
    X(uv_tty_set_mode)                                                         \
    X(uv_tty_set_vterm_state)                                                  \
    X(uv_udp_bind)                                                             \
    X(uv_udp_connect)                                                          \
    X(uv_udp_get_send_queue_count)                                             \
    X(uv_udp_get_send_queue_size)                                              \
    X(uv_udp_getpeername)                                                      \
    X(uv_udp_getsockname)                                                      \
    X(uv_udp_init)                                                             \
    X(uv_udp_init_ex)                                                          \
    X(uv_udp_open)                                                             \
    X(uv_udp_recv_start)                                                       \
    X(uv_udp_recv_stop)                                                        \
    X(uv_udp_send)                                                             \
    X(uv_udp_set_broadcast)                                                    \
    X(uv_udp_set_membership)                                                   \
    X(uv_udp_set_multicast_interface)                                          \
    X(uv_udp_set_multicast_loop)                                               \
    X(uv_udp_set_multicast_ttl)                                                \
    X(uv_udp_set_source_membership)                                            \
    X(uv_udp_set_ttl)                                                          \
    X(uv_udp_try_send)                                                         \
    X(uv_udp_using_recvmmsg)                                                   \
    X(uv_uptime)                                                               \
    X(uv_write)                                                                \
    X(uv_write2)

static HD_NORETURN void
fail(const char *function, const void *place)
{
    fprintf(stderr, "heddle-sim: %s is not simulated (called from %p)\n",
            function, place);
    abort();
}

#define DEFINE(function)                                                       \
    HD_API HD_NORETURN void function(void);                                    \
    void function(void)                                                        \
    {                                                                          \
        fail(#function, __builtin_return_address(0));                          \
    }

UNMODELLED(DEFINE)
