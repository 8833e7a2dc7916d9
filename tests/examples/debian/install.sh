# Debian's package stays installed, and takes its commands back with `dpkg-divert --remove --rename`.
for name in supervisord supervisorctl echo_supervisord_conf pidproxy; do
  dpkg-divert --local --rename --divert "/usr/bin/$name.python" --add "/usr/bin/$name"
  ln -s /usr/local/bin/visor "/usr/bin/$name"
done
