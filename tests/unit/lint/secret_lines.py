"""Command lines with secrets, each between ⟦ and ⟧, and lines that only look as if they had one.

All are made up: no password, key or token in them was ever valid.
"""

from __future__ import annotations

HEX = "0a1b2c3d" * 4
TOKEN = "a1B2c3D4" * 5

WITH_SECRETS = f"""\
PGPASSWORD=⟦hunter2x⟧ pg_dump shop
export DB_PASSWORD='⟦hunter2x⟧'; /opt/x
RESTIC_PASSWORD="⟦hunter2x⟧" restic backup /srv
BORG_PASSPHRASE=⟦hunter2x⟧ borg create ::a /srv
AWS_SECRET_ACCESS_KEY=⟦{TOKEN}⟧ aws s3 ls
AWS_SESSION_TOKEN=⟦{TOKEN}⟧ aws s3 ls
MYSQL_PWD=⟦hunter2x⟧ mysqldump shop
SSHPASS=⟦hunter2x⟧ sshpass -e ssh x
PASSPHRASE=⟦hunter2x⟧ FTP_PASSWORD=⟦hunter3x⟧ duplicity /srv ftp://u@h/
REDISCLI_AUTH=⟦hunter2x⟧ redis-cli ping
KEY=⟦hunter2x⟧ /opt/x
API_KEY=⟦hunter2x⟧ /opt/x
MY_AUTH=⟦hunter2x⟧ /opt/x
CREDS=⟦bob:hunter2x⟧ /opt/x
DB_CREDS=⟦hunter2x⟧ /opt/x
CF_Key=⟦{HEX}⟧ CF_Email=a@example.com acme.sh --cron
SENTRY_DSN=https://⟦{HEX}⟧@o1.ingest.example.com/2 /opt/x
SENTRY_DSN=https://⟦short⟧@o1.ingest.example.com/2 /opt/x
SENTRY_DSN="https://⟦{HEX}⟧@o1.ingest.example.com/2" /opt/x
VAULT_TOKEN=⟦hunter2x⟧ vault read secret/x
GITHUB_TOKEN=⟦hunter2x⟧ gh api /x
NPM_TOKEN=⟦hunter2x⟧ npm publish
SECRET_KEY=⟦hunter2x⟧ ./manage.py clearsessions
STORAGE_ACCOUNT_KEY=⟦hunter2x⟧ azcopy x
env DATABASE_PASSWORD=⟦hunter2x⟧ /opt/x --all
/opt/x --password=⟦hunter2x⟧ --all
/opt/x --password ⟦hunter2x⟧ --all
/opt/x -password ⟦hunter2x⟧ --all
/opt/x -passwd ⟦hunter2x⟧ --all
/opt/x --passwd=⟦hunter2x⟧ --all
/opt/x --db-password "⟦hunter 2x⟧" --all
/opt/x --pass ⟦hunter2x⟧ --all
/opt/x --pwd ⟦hunter2x⟧ --all
/opt/x --token ⟦hunter2x⟧ the command
/opt/x -token=⟦hunter2x⟧ the command
/opt/x --auth-token '⟦hunter2x⟧' the command
/opt/x --secret ⟦hunter2x⟧ the command
/opt/x --client-secret=⟦hunter2x⟧ the command
/opt/x --api-key ⟦hunter2x⟧ the command
/opt/x --apikey=⟦hunter2x⟧ the command
/opt/x --credentials ⟦bob:hunter2x⟧ the command
/opt/x --oauth2-bearer ⟦hunter2x⟧ the command
/opt/x --bearer ⟦hunter2x⟧ the command
/opt/x --passphrase ⟦hunter2x⟧ the command
java -Dspring.datasource.password=⟦hunter2x⟧ -jar x.jar
java -Djavax.net.ssl.keyStorePassword=⟦hunter2x⟧ -jar x.jar
keytool -list -keystore k.jks -storepass ⟦hunter2x⟧ -alias a
jarsigner -storepass ⟦hunter2x⟧ -keypass ⟦hunter3x⟧ x.jar a
influx -username bob -password ⟦hunter2x⟧ -execute 'show databases'
curl --oauth2-bearer ⟦hunter2x⟧ https://x/
curl -u bob:⟦hunter2x⟧ https://x/
curl -s -u 'bob:⟦hunter2x⟧' https://x/ -o /dev/null
curl --user bob:⟦hunter2x⟧ https://x/
curl --user=bob:⟦hunter2x⟧ https://x/
curl -u ⟦{TOKEN}⟧: https://x/
curl -U bob:⟦hunter2x⟧ -x proxy https://x/
curl --proxy-user bob:⟦hunter2x⟧ https://x/
curl -E client.pem:⟦hunter2x⟧ https://x/
curl --cert client.pem:⟦hunter2x⟧ https://x/
curl --pass ⟦hunter2x⟧ https://x/
curl -b 'PHPSESSID=⟦hunter2x⟧' https://x/
curl -b session=⟦hunter2x⟧ https://x/
curl --cookie "sid=⟦hunter2x; theme=dark⟧" https://x/
curl -H 'Cookie: sid=⟦hunter2x⟧' https://x/
wget --header="Cookie: sid=⟦hunter2x⟧" https://x/
curl -H 'Authorization: Bearer ⟦hunter2x⟧' https://x/
curl -H "Authorization: token ⟦hunter2x⟧" https://x/
curl -H 'Authorization: ⟦hunter2x⟧' https://x/
curl -H "Authorization: Basic ⟦Ym9iOmh1bnRlcg==⟧" https://x/
curl -H 'Authorization: Token token="⟦hunter2x⟧"' https://x/
curl -H "Authorization: Bearer \\"⟦hunter2x⟧\\"" https://x/
curl -H 'Proxy-Authorization: Basic ⟦Ym9iOmh1bnRlcg==⟧' https://x/
python3 -c 'get(headers={{"Authorization": "Bearer ⟦hunter2x⟧"}})'
curl -d '{{"Authorization":"⟦hunter2x⟧"}}' https://x/
http https://x/ Authorization:'Bearer ⟦hunter2x⟧'
curl -H 'X-Api-Key: ⟦hunter2x⟧' https://x/
curl -X POST -H "X-API-KEY:⟦hunter2x⟧" https://x/
vault write auth/approle/login role_id=abc secret_id=⟦hunter2x⟧
lynx -auth=bob:⟦hunter2x⟧ -dump http://x/
docker run --rm -e MYSQL_ROOT_PASSWORD=⟦hunter2x⟧ -v /a:/b img
curl --silent --user "api:⟦hunter2x⟧" https://x/v3/messages
curl -H 'apikey: ⟦hunter2x⟧' https://x/
curl -H 'X-Auth: ⟦hunter2x⟧' https://x/
curl -H 'X-Auth-Key: ⟦hunter2x⟧' -H 'X-Auth-Email: a@example.com' https://x/
curl -H 'PRIVATE-TOKEN: ⟦hunter2x⟧' https://x/
curl -H "X-Vault-Token: ⟦hunter2x⟧" https://x/
curl -d 'user=bob&password=⟦hunter2x⟧' https://x/
curl --data "log=bob&pwd=⟦hunter2x⟧&go=1" https://x/
curl -F password=⟦hunter2x⟧ -F file=@x https://x/
curl -d '{{"user": "bob", "password": "⟦hunter2x⟧"}}' https://x/
curl 'https://x/update?user=bob&password=⟦hunter2x⟧&y'
wget -qO- https://x/cron.php?cron_key=⟦hunter2x⟧
wget http://h/cron.php?key=⟦abc⟧
wget -q -O /dev/null 'http://h/cron.php?job=a&key=⟦abc123⟧'
curl https://x/run?sig=⟦hunter2x⟧
curl https://x/run?auth=⟦hunter2x⟧
wget --http-user=bob --http-password=⟦hunter2x⟧ https://x/
wget --user bob --password ⟦hunter2x⟧ https://x/
http -a bob:⟦hunter2x⟧ https://x/
http --auth bob:⟦hunter2x⟧ https://x/
lftp -u bob,⟦hunter2x⟧ -e 'mirror; quit' x
wput /srv/x ftp://bob:⟦hunter2x⟧@h/
curlftpfs bob:⟦hunter2x⟧@h /mnt
ncftpput -u bob -p ⟦hunter2x⟧ h / /srv/x
curl https://bob:⟦hunter2x⟧@x/
git pull https://oauth2:⟦hunter2x⟧@x/y.git
git clone https://⟦{TOKEN}⟧@x/y.git
git -c http.extraHeader="Authorization: Basic ⟦Ym9iOmh1bnRlcg==⟧" fetch
psql postgresql://bob:⟦hunter2x⟧@db:5432/x -c 'select 1'
psql "host=db user=bob password=⟦hunter2x⟧ dbname=x"
redis-cli -u redis://:⟦hunter2x⟧@h ping
redis-cli -h h -a ⟦hunter2x⟧ ping
mysqldump -uroot -p⟦hunter2x⟧ shop > /srv/db.sql
mysql -u root -p'⟦hunter2x⟧' -e 'select 1'
mysqladmin -u root --password=⟦hunter2x⟧ ping
mariadb-dump -p⟦hunter2x⟧ shop
mongodump -u bob -p ⟦hunter2x⟧ --db x
mongo --username bob --password ⟦hunter2x⟧ x
cqlsh -u bob -p ⟦hunter2x⟧ -f x.cql
sqlcmd -S h -U sa -P ⟦hunter2x⟧ -i x.sql
bcp x out y -U sa -P ⟦hunter2x⟧ -c
tsql -H h -U sa -P ⟦hunter2x⟧
sqlplus app/⟦hunter2x⟧@db @/srv/x.sql
sqlplus -s app/⟦hunter2x⟧ @/srv/x.sql
sqlplus -S "app/⟦hunter2x⟧@db" @/srv/x.sql
expdp app/⟦hunter2x⟧ directory=d dumpfile=a.dmp
exp userid=app/⟦hunter2x⟧ file=a.dmp
rman target sys/⟦hunter2x⟧@db cmdfile=x
db2 connect to x user bob using ⟦hunter2x⟧
clickhouse-client --password ⟦hunter2x⟧ -q 'select 1'
sshpass -p ⟦hunter2x⟧ ssh x
sshpass -p'⟦hunter2x⟧' rsync a h:b
smbclient //h/y -U bob%⟦hunter2x⟧ -c ls
rpcclient -U 'dom/bob%⟦hunter2x⟧' h
mount -t cifs //h/y /mnt -o username=bob,password=⟦hunter2x⟧,vers=3.0
mount -t cifs //h/y /mnt -o password=⟦hunter2x⟧,username=bob
xfreerdp /u:bob /p:⟦hunter2x⟧ /v:h
rdesktop -u bob -p ⟦hunter2x⟧ h
ldapsearch -x -D cn=admin -w ⟦hunter2x⟧ -b dc=x
kadmin -p admin -w ⟦hunter2x⟧ -q listprincs
snmpget -v3 -u bob -A ⟦hunter2x⟧ -X ⟦hunter3x⟧ h 1.3.6
snmpwalk -v2c -c ⟦hunter2x⟧ h
ipmitool -H h -U admin -P ⟦hunter2x⟧ power status
mosquitto_pub -h h -u bob -P ⟦hunter2x⟧ -t x -m y
rabbitmqctl change_password bob ⟦hunter2x⟧
htpasswd -b /etc/x bob ⟦hunter2x⟧
useradd -m -p ⟦hunter2x⟧ bob
upscmd -u admin -p ⟦hunter2x⟧ ups test
zip -r -P ⟦hunter2x⟧ x.zip y
unzip -P ⟦hunter2x⟧ x.zip
7z a -p⟦hunter2x⟧ x.7z y
rar a -hp⟦hunter2x⟧ x.rar y
openssl enc -aes-256-cbc -pass pass:⟦hunter2x⟧ -in x
openssl enc -aes-256-cbc -k ⟦abc⟧ -in x -out y
openssl enc -d -K ⟦{HEX}⟧ -iv 00 -in x
openssl rsa -passin pass:⟦hunter2x⟧ -in x
gpg --batch --passphrase ⟦hunter2x⟧ -c x
gpg --passphrase=⟦hunter2x⟧ -d x
ssh-keygen -t rsa -N ⟦hunter2x⟧ -f x
pdftk x output y owner_pw ⟦hunter2x⟧ user_pw ⟦hunter3x⟧
echo ⟦hunter2x⟧ | sudo -S /opt/x
echo "⟦hunter 2x⟧" | sudo -k -S /opt/x
echo ⟦hunter2x⟧ | gpg --batch --passphrase-fd 0 -d x
echo ⟦hunter2x⟧ | docker login -u bob --password-stdin
echo ⟦hunter2x⟧ | kinit bob
echo 'bob:⟦hunter2x⟧' | chpasswd
echo ⟦hunter2x⟧ | passwd --stdin bob
docker login --password-stdin <<< ⟦hunter2x⟧
docker login -u bob -p ⟦hunter2x⟧ registry.example.com
podman login -p=⟦hunter2x⟧ h
helm registry login h -u bob -p ⟦hunter2x⟧
az login --service-principal -u app -p ⟦hunter2x⟧ --tenant t
az storage blob list --account-key ⟦hunter2x⟧ -c x
aws configure set aws_secret_access_key ⟦{TOKEN}⟧ --profile x
aws configure set aws_session_token ⟦{TOKEN}⟧
vault login ⟦hunter2x⟧
vault login -no-print token=⟦hunter2x⟧
doctl -t ⟦hunter2x⟧ compute droplet list
npm config set //registry.example.com/:_authToken ⟦hunter2x⟧
npm config set //registry.example.com/:_authToken=⟦hunter2x⟧
kubectl create secret generic x --from-literal=code=⟦hunter2x⟧
terraform apply -var db_password=⟦hunter2x⟧
ansible-playbook -e ansible_become_pass=⟦hunter2x⟧ x.yml
s3cmd --secret_key=⟦hunter2x⟧ ls
rclone --s3-secret-access-key ⟦hunter2x⟧ ls x:
mc alias set x https://h minio ⟦hunter2x⟧
tailscale up --auth-key=⟦hunter2x⟧
nmcli dev wifi connect home password ⟦hunter2x⟧
swaks --to a@x -au bob -ap ⟦hunter2x⟧
sendEmail -f a@x -xu bob -xp ⟦hunter2x⟧
printf 'user: bob\\npassword: ⟦hunter2x⟧\\n' > /tmp/x
echo "password: ⟦hunter2x⟧" >> /srv/x.yml
echo "machine h login bob password ⟦hunter2x⟧" > ~/.netrc
expect -c 'spawn ssh h; expect "assword:"; send "⟦hunter2x⟧\\r"; interact'
curl https://hooks.slack.com/services/⟦T00000000/B00000000/{TOKEN[:24]}⟧ -d x
curl https://x.webhook.office.com/webhookb2/⟦{HEX}@{HEX}⟧ -d x
curl https://maker.ifttt.com/trigger/x/with/key/⟦{HEX}⟧
curl "https://api.telegram.org/bot⟦12345:{TOKEN}⟧/sendMessage?text=x"
vault read -token ⟦hvs.{TOKEN}⟧ x
aws s3 ls # ⟦AKIA{"QRSTUVWX" * 2}⟧
""".splitlines()

WITHOUT = r"""
/usr/local/bin/backup --all
PGPASSWORD=$PW psql
PGPASSWORD="$(cat /run/secrets/db)" psql
TOKEN=`cat /run/token` x
KEY=$(cat /run/key) x
KEY=/etc/ssl/x.key x
SSH_KEY=~/.ssh/id_rsa x
S3_KEY=backup.tar x
PUBLIC_KEY=abcdef x
CACHE_KEY=front x
AUTH=none x
AUTH=basic x
SENTRY_DSN=$DSN x
x --password-file /etc/x --password-file=/etc/y
x --password /run/secrets/db
x --token=~/token --secret file:x
x --token $TOKEN the command
x --token "$TOKEN" the command
x -password "$PW" the command
x --password --verbose
x -token -v
x -p 22 -P 8080
x --auth-key=auto --token none --secret=true
x --api-key <key> --token={token} --password=****
ffmpeg -i a -pass 1 b; ffmpeg -pass 2 b
mysql -P 3306 -p < x.sql
mysql -u root -p$PW db
mysql --defaults-extra-file=/etc/x db
mkdir -p /srv/x; cp -p a b
ssh -p 22 x; docker run -p 80:80 x
docker login -u bob --password-stdin < /run/pw
cat /run/pw | docker login -u bob --password-stdin
docker run -p 8080:80 -e PASSWORD_FILE=/run/pw x
az login --identity
az vm list -g x
aws configure set region eu-west-1
aws configure set output json --profile x
aws secretsmanager get-secret-value --secret-id prod/db
aws ssm get-parameter --name /db/password --with-decryption
aws ec2 create-tags --tags Key=Name,Value=web1
aws s3api get-object --bucket b --key a/b.tar /tmp/b.tar
vault login -method=aws role=x
vault read secret/data/x
curl -u bob https://x/ | y a:b
curl -u $U:$P https://x/
curl -u "$U:$P" https://x/
curl https://$U:$P@x/
curl -b /tmp/cookies -c /tmp/cookies https://x/
curl -b $COOKIE https://x/
curl -H 'Authorization: Bearer $T' https://x/
curl -H "Authorization: Bearer $(cat /run/token)" https://x/
curl -H "X-Api-Key: $KEY" https://x/
curl -H 'Content-Type: application/json' https://x/
curl -H 'Accept: text/plain' --cert /etc/x.pem --key /etc/x.key https://x/
curl -sf 'http://x:3000/api?key=$KEY'
curl 'http://x/list?sort=key&author=bob&keyword=x'
curl http://x:8080/cron.php?job=daily
curl -d "{\"password\": \"`cat /run/pw`\"}" http://x:5000/
wget -q http://x/cron.php?lang=en
rsync -a x:/y bob@z:/y
rsync --password-file=/etc/x a h::b
git clone ssh://git@example.com/y.git
git pull https://bob@example.com/y.git
git log --format=%H:%an
bypass=1 compass=north x
sort -k 2 --key=2 /x
ssh -i ~/.ssh/private-keys/id_rsa x
x --tls-key=server.key --private-key /etc/ssl/x.pem
head -c 26 /dev/urandom > /tmp/keyfile
sync-keys && rotate-tokens --days 30
apt-key list
apt-key adv --keyserver hkp://keyserver.example.com --recv-keys ABCDEF12
restic -r s3:x --password-command 'pass show x' backup /a
tar czf /b/tokens.tgz /srv/tokens --exclude=secret
logger -t pass "password changed"
curl -u : --negotiate http://x/
mysqldump -u root -p shop
docker run -v "/run/token:/x" img
sqlplus / as sysdba @/srv/x.sql
sqlplus -s /nolog @/srv/x.sql
sqlplus -s $USER/$PW@db @/srv/x.sql
sqlplus app @sql/report.sql
rman target / cmdfile=/srv/x.rman
exp /srv/a/b
openssl enc -aes-256-cbc -pass file:/run/pw -in x
openssl enc -aes-256-cbc -kfile /run/pw -in x
openssl x509 -in x.pem -noout -checkend 604800
openssl rsa -passin env:PW -in x
gpg --batch --passphrase-file /run/pw -d x
gpg -k; gpg --list-keys
cat /run/pw | sudo -S x
echo hello | sudo tee /srv/x
echo done | mail -s x ops@example.com
echo "reset your password" | mail bob
passwd -l bob
zip -r x.zip y; unzip -p x.zip a
tar -p -xf x.tar
snmpwalk -v2c -c public h
mount -t cifs //h/y /mnt -o credentials=/etc/x,vers=3.0
kubectl get secret x -o yaml
kubectl create secret generic x --from-file=/srv/x
htpasswd -c /etc/x bob
useradd -m bob
redis-cli -n 1 keys 'a:*'
echo 'Subject: key' > /tmp/x
python3 -m keyring get x bob
certbot renew --quiet
find /srv -name '*.key' -o -name 'token*'
the value of `--token` in the command
""".strip("\n").splitlines()  # fmt: skip
