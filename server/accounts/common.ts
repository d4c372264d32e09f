/**
 * Passwords of ten characters and more that stand at the top of the lists of leaked ones; shorter ones are refused
 * anyway. Compared in lower case.
 */
const words = `
1234567890 12345678910 123456789a 1234567891 0123456789 0987654321 9876543210 1234567890a 123456789q 123456789z
12345678901 123456789012 1234567890123 1029384756 1020304050 1122334455 1357924680 1234512345 1234554321 1231231231
1212121212 1010101010 1231231234 9638527410 7894561230 1478963250 3216549870 1472583690 1593572846 7418529630
1111111111 0000000000 2222222222 5555555555 6666666666 7777777777 8888888888 9999999999 1234567899 1111122222
qwertyuiop qwertyuiop1 qwerty12345 qwerty123456 qwerty1234 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc qazwsxedcrfv qazwsxedc1
qwertyuiop123 qwertyuiop[] qwertyuiop12 qwerty123456789 qwertyqwerty 1qazxsw23edc zaq12wsxcde3 zaq1zaq1zaq1 1q2w3e4r5t6y7u
qwe123qwe123 q1w2e3r4t5 q1w2e3r4t5y6 asdfghjkl1 asdfghjkl123 asdfghjkl; zxcvbnm123 zxcvbnm1234 asdfasdfasdf qweasdzxc123
qweasdzxc1 asdf1234567 qwerasdfzxcv poiuytrewq mnbvcxzlkj lkjhgfdsa1 1a2b3c4d5e 1234qwerasdf qwer1234asdf asdfqwer1234
123qweasdzxc 1234567qwerty a1b2c3d4e5 a123456789 aa12345678 abc1234567 abc123456789 abcd123456 abcde12345 abcdef1234
abcdefghij abcdefghijk abcdefghijklmnop a1234567890 abcd12345678 abc123abc123 abcabcabc1 aaaaaaaaaa zzzzzzzzzz xxxxxxxxxx
password01 password10 password11 password12 password123 password1234 password12345 password123456 password99 password2020
password2021 password2022 password2023 password2024 password2025 password2026 password00 password1! password123! passw0rd123
p@ssw0rd123 p@ssword123 p@ssword12 passw0rd12 pa$$word123 passwordpassword passwort123 mypassword mypassword1 mypassword123
password!1 password@123 password#1 password.1 passwords1 newpassword newpassword1 oldpassword thepassword yourpassword
nopassword ourpassword secretpassword passw0rd1! passwort12 motdepasse motdepasse1 contrasena wachtwoord wachtwoord1
iloveyou12 iloveyou123 iloveyou1234 iloveyou2! iloveyou22 iloveyouso iloveyousomuch iloveyou11 iloveyou10 iloveyou13
iloveyou14 iloveyou4ever ilovemyself ilovejesus ilovejesus1 ilovemyfamily ilovechocolate ilovemydog ilovemycat ilovemusic
ilovehim123 iloveher123 ilovemom123 ilovegod123 iloveyoubaby lovelove123 loveyou123 loveyou1234 iloveyou!! iloveu1234
football12 football123 football1! football10 football11 basketball basketball1 basketball12 baseball12 baseball123 baseball11
volleyball volleyball1 softball12 softball123 swimming12 liverpool1 liverpool123 manchester manchester1 chelsea123 arsenal123
barcelona1 barcelona10 realmadrid realmadrid1 juventus123 steelers12 cowboys123 lakers1234 yankees123 packers123 patriots12
sunshine12 sunshine123 sunshine1! princess12 princess123 princess1! superman12 superman123 batman1234 spiderman1 spiderman123
pokemon123 pokemon1234 starwars12 starwars123 starwars1! harrypotter harrypotter1 gandalf123 nintendo64 playstation playstation1
playstation2 playstation3 minecraft1 minecraft123 fortnite123 letmein123 letmein1234 welcome123 welcome1234 welcome12345
welcome2024 welcome2025 welcome2026 welcome1! welcome@123 admin12345 admin123456 administrator administrator1 adminadmin
admin@1234 admin123! root123456 changeme123 changeme12 changeme1! default123 guest12345 test123456 testtest12 testtest123
test1234567 testing123 testing1234 testpassword temppassword temp123456 user123456 computer12 computer123 internet12 internet123
michael123 michael1234 jennifer12 jennifer1 jessica123 jessica1234 charlie123 charlie1234 andrew1234 daniel1234 thomas1234
jordan1234 jordan2323 michelle12 michelle1 ashley1234 amanda1234 nicole1234 matthew123 joshua1234 anthony123 william123
christopher christopher1 alexander1 alexander123 alexandra1 elizabeth1 elizabeth12 christian1 christina1 christine1 stephanie1
samantha12 samantha123 victoria12 victoria123 veronica12 katherine1 charlotte1 gabriella1 isabella12 dominique1 jacqueline
master1234 master12345 monkey1234 monkey12345 dragon1234 dragon12345 shadow1234 hunter1234 tigger1234 buster1234 killer1234
flower1234 cookie1234 chocolate1 chocolate12 chocolate123 butterfly1 butterfly12 butterfly123 strawberry strawberry1 strawberry2
blueberry1 watermelon watermelon1 cheesecake cheesecake1 cupcake123 peanutbutter pineapple1 chickennuggets spaghetti1 bubblegum1
dolphin123 elephant12 elephant123 kittycat12 kittycat123 puppylove1 puppies123 snowflake1 snowball12 rainbow123 rainbow1234
sunflower1 sunflower12 sunflower123 moonlight1 midnight12 midnight123 lightning1 thunder123 firefly123 mountain12 summertime
summer2020 summer2021 summer2022 summer2023 summer2024 summer2025 summer2026 winter2020 winter2021 winter2022 winter2023
winter2024 winter2025 winter2026 spring2024 spring2025 spring2026 autumn2024 autumn2025 autumn2026 october2025 november2025
december2025 january2026 february2026 monday1234 friday1234 sunday1234 birthday12 birthday123 christmas1 christmas12 halloween1
happybirthday happyhappy happy12345 freedom123 freedom1234 liberty123 america123 america1234 australia1 california california1
newyork123 london1234 england123 scotland12 germany123 mexico1234 canada1234 brazil1234 indianapolis indiana123 chicago123
whatever12 whatever123 whatever1! trustno1234 nothing123 anything123 something1 someone123 everything1 forever123 forever1234
foreverlove bestfriend bestfriend1 bestfriends bestfriends1 friendship friendship1 friends123 family1234 familyfirst mommydaddy
motherfucker motherfuck fuckyou123 fuckyou1234 fuckyoubitch asshole123 bitch12345 biteme1234 pussy12345 sexsexsex1 money12345
moneymoney moneymoney1 lucky12345 luckyone12 champion12 champion123 superstar1 superstar12 rockstar12 rockstar123 hello12345
hello123456 hellohello hellohello1 hellokitty hellokitty1 hellokitty12 helloworld helloworld1 goodmorning goodluck123 blessed123
jesuschrist jesuschrist1 jesus12345 jesuslovesme godisgood1 godislove1 godbless123 heaven1234 angel12345 angels1234 angelangel
secret1234 secret12345 topsecret1 samsung123 samsung1234 iphone1234 android123 google1234 google12345 facebook12 facebook123
instagram1 snapchat12 twitter123 youtube123 microsoft1 windows123 windows1234 linux12345 apple12345 apple123456 banana1234
correcthorse correcthorsebatterystaple letmeinplease openthedoor opensesame opensesame1 abracadabra iamthebest iamawesome
nutrition1 nutrition12 nutrition123 nutritionist dietitian1 dietitian12 dietitian123 dietician1 dietician123 healthy123 healthyfood
eathealthy guthealth1 guthealth123 wellness12 wellness123 vegetables vegetables1 broccoli12 vitamins12 probiotics
`

const common = new Set(words.trim().split(/\s+/))

const ONE_CHARACTER = /^(.)\1*$/su

export const isCommon = (password: string): boolean => {
  const plain = password.toLowerCase().trim()
  return common.has(plain) || ONE_CHARACTER.test(plain)
}
